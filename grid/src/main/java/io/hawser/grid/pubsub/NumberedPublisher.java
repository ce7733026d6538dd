package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.CommandPipeline;
import io.hawser.grid.redis.CommandPipeline.Place;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisFailure;
import io.hawser.grid.redis.RedisScript;
import io.lettuce.core.ScriptOutputType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publishes what comes numbered from a source outside, each number once in a channel, however often
 * and by however many it is tried: the channel's meta keeps the last number. It has a connection of
 * its own, so that a backlog waits behind nobody and nobody behind it. Thread-safe; nothing blocks.
 *
 * <ol>
 *   <li>The publications of one call are stored and published in their order, in one step.
 *   <li>Numbers up to the channel's last one are left out. So whoever publishes for a source must
 *       not go on in a channel before the call before has succeeded: a number that failed would be
 *       passed over once a later one is in.
 *   <li>A call that failed with {@code UNAVAILABLE} may have been carried out, or be carried out
 *       later; repeating it is safe.
 *   <li>In a channel without history each number is sent once too, but nobody repeats it for a
 *       subscriber that did not hear it.
 *   <li>The last number is forgotten with the channel's position: {@link HistoryOptions#metaTtl}
 *       after the last publication, or when Redis loses it.
 * </ol>
 */
public final class NumberedPublisher implements AutoCloseable {
    private static final RedisScript SCRIPT =
            RedisScript.load(NumberedPublisher.class, "publish_outbox.lua");

    private final CommandPipeline pipeline;

    /**
     * One publication and its number.
     *
     * @param number at least 1, rising within a channel of the source
     */
    public record Numbered(long number, Publication publication) {}

    /**
     * @param connections stays the caller's; to be started after this
     * @param queue calls that may wait for the connection, at least 1
     */
    public NumberedPublisher(RedisConnections connections, int queue) {
        pipeline =
                new CommandPipeline(
                        "outbox",
                        connections,
                        queue,
                        new Shedding(),
                        List.of(SCRIPT),
                        NumberedPublisher::nobodyAsks);
    }

    private static void nobodyAsks() {}

    /**
     * Publishes those that are not published yet.
     *
     * @param source whose numbers they are; another source begins anew
     * @param publications in the order of their numbers; all of them occupy Redis at once, so not
     *     too many
     * @return how many were published now; fails with {@link BrokerException}
     */
    public CompletionStage<Long> publish(
            String source, String channel, List<Numbered> publications, HistoryOptions history) {
        List<byte[]> arguments = new ArrayList<>(5 + 2 * publications.size());
        arguments.add(bytes(source));
        arguments.add(bytes(Epochs.next()));
        arguments.add(bytes(history.enabled() ? history.size() : 0));
        arguments.add(bytes(history.ttl().toMillis()));
        arguments.add(bytes(history.metaTtl().toMillis()));
        int size = 0;
        for (Numbered each : publications) {
            byte[] body = BusFrame.encode(each.publication().identified());
            size += body.length;
            arguments.add(bytes(each.number()));
            arguments.add(body);
        }
        String[] keys = {
            ChannelKeys.meta(channel), ChannelKeys.stream(channel), ChannelKeys.bus(channel)
        };
        byte[][] values = arguments.toArray(byte[][]::new);
        return send(new Place(channel, Priority.NORMAL, size), keys, values);
    }

    private CompletionStage<Long> send(Place place, String[] keys, byte[][] values) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        pipeline.<Long>submit(
                        place,
                        commands ->
                                commands.evalsha(
                                        SCRIPT.digest(), ScriptOutputType.INTEGER, keys, values))
                .whenComplete(
                        (published, thrown) -> {
                            if (thrown == null) {
                                answer.complete(published);
                            } else {
                                answer.completeExceptionally(brokerException(thrown));
                            }
                        });
        return answer;
    }

    private static BrokerException brokerException(Throwable thrown) {
        RedisFailure failure = RedisFailure.of(thrown);
        BrokerException.Reason reason =
                switch (failure.kind()) {
                    case UNAVAILABLE -> BrokerException.Reason.UNAVAILABLE;
                    case QUEUE_FULL -> BrokerException.Reason.QUEUE_FULL;
                    case REFUSED -> BrokerException.Reason.FAILED;
                };
        return new BrokerException(reason, String.valueOf(failure.getMessage()), failure);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
