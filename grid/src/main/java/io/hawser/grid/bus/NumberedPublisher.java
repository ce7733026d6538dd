package io.hawser.grid.bus;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.Epochs;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.SeenPositions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.redis.CommandPipeline;
import io.hawser.grid.redis.CommandPipeline.Place;
import io.hawser.grid.redis.RedisCall;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisScript;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.ServerPipelines;
import io.hawser.grid.redis.Tenure;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publishes what comes numbered from a source outside, each number once in a channel, however often
 * and by however many it is tried: the channel's meta keeps the last number. It has connections of
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
    private final RedisServers servers;
    private final ServerPipelines pipelines;
    private final int compressAboveBytes;
    private final SeenPositions seen;

    /**
     * One publication and its number.
     *
     * @param number at least 1, rising within a channel of the source
     */
    public record Numbered(long number, Publication publication) {}

    /**
     * @param servers stay the caller's; to be started after this
     * @param queue calls that may wait for each server's connection, at least 1
     */
    public NumberedPublisher(RedisServers servers, int queue) {
        this(servers, queue, 0, new SeenPositions(1));
    }

    /**
     * @param compressAboveBytes longer bodies are compressed; 0 for none
     * @param seen what this node has seen of channels
     */
    NumberedPublisher(RedisServers servers, int queue, int compressAboveBytes, SeenPositions seen) {
        this.servers = servers;
        this.compressAboveBytes = compressAboveBytes;
        this.seen = seen;
        this.pipelines =
                new ServerPipelines(
                        "outbox",
                        servers,
                        queue,
                        server -> List.of(RedisScripts.of(server).publishNumbered()));
    }

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
        String tag = ChannelKeys.tag(channel);
        RedisConnections server = servers.of(tag);
        CommandPipeline pipeline = pipelines.of(tag);
        if (server == null || pipeline == null) {
            return CompletableFuture.failedStage(
                    new BrokerException(
                            BrokerException.Reason.UNAVAILABLE, "no Redis is known to have this"));
        }
        Tenure tenure = servers.tenure(tag);
        StreamPosition highest = seen.of(channel);
        List<byte[]> arguments = new ArrayList<>(10 + 2 * publications.size());
        arguments.add(bytes(source));
        arguments.add(bytes(Epochs.next(highest.epoch())));
        arguments.add(bytes(history.enabled() ? history.size() : 0));
        arguments.add(bytes(history.ttl().toMillis()));
        arguments.add(bytes(history.metaTtl().toMillis()));
        arguments.add(bytes(highest.epoch()));
        arguments.add(bytes(highest.offset()));
        arguments.add(bytes(tenure.since()));
        arguments.add(bytes(tenure.now()));
        arguments.add(bytes(server.isWatched() ? 1 : 0));
        int size = 0;
        for (Numbered each : publications) {
            byte[] body =
                    BusFrame.compact(
                            BusFrame.encode(each.publication().identified()), compressAboveBytes);
            size += body.length;
            arguments.add(bytes(each.number()));
            arguments.add(body);
        }
        List<String> keys = PublishCalls.keys(channel, false);
        RedisScript script = RedisScripts.of(server).publishNumbered();
        Place place = new Place(channel, Priority.NORMAL, size);
        return send(pipeline, place, script.number(keys, arguments));
    }

    private static CompletionStage<Long> send(
            CommandPipeline pipeline, Place place, RedisCall<Long> call) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        pipeline.submitKept(
                place,
                call,
                (published, failure) ->
                        RedisAnswers.complete(answer, published, failure, count -> count));
        return answer;
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        pipelines.close();
    }
}
