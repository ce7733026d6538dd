package io.hawser.grid.delivery;

import io.hawser.grid.bus.RedisAnswers;
import io.hawser.grid.bus.UserKeys;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.grid.redis.CommandPipeline;
import io.hawser.grid.redis.CommandPipeline.Place;
import io.hawser.grid.redis.RedisCall;
import io.hawser.grid.redis.RedisScript;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.ServerPipelines;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Positions in Redis: one hash a user, beside the user's queue, on whichever server that is. A
 * field is {@code device/channel}, its value {@code epoch:offset:used at ms:epoch before}. All
 * changes are one script. Thread-safe; nothing blocks.
 */
public final class RedisPositionStore implements PositionStore {
    /** Commands that may wait for a server's connection. */
    private static final int QUEUE = 8192;

    private static final RedisScript SCRIPT =
            RedisScript.load(RedisPositionStore.class, "positions.lua");
    private static final String FULL = "!";

    private final ServerPipelines pipelines;
    private final PositionLimits limits;

    /**
     * @param servers stay the caller's; to be started after this
     */
    public RedisPositionStore(RedisServers servers, PositionLimits limits) {
        this.limits = limits;
        this.pipelines =
                new ServerPipelines("positions", servers, QUEUE, server -> List.of(SCRIPT));
    }

    @Override
    public CompletionStage<@Nullable StreamPosition> position(Recipient recipient, String channel) {
        return run(
                        "read",
                        recipient.user(),
                        List.of(
                                new Acknowledgement(
                                        recipient.device(), channel, StreamPosition.NONE)))
                .thenApply(answers -> position(answers.getFirst()));
    }

    @Override
    public CompletionStage<StreamPosition> begin(
            Recipient recipient, String channel, StreamPosition first) {
        return run(
                        "begin",
                        recipient.user(),
                        List.of(new Acknowledgement(recipient.device(), channel, first)))
                .thenApply(
                        answers -> {
                            StreamPosition now = position(answers.getFirst());
                            if (now == null) {
                                throw tooMany(recipient.user());
                            }
                            return now;
                        });
    }

    static BrokerException tooMany(String user) {
        return new BrokerException(
                Reason.POSITIONS_FULL, "user " + user + " has positions in too many channels");
    }

    @Override
    public CompletionStage<List<Optional<StreamPosition>>> acknowledge(
            String user, List<Acknowledgement> acknowledgements) {
        return run("ack", user, acknowledgements)
                .thenApply(
                        answers ->
                                answers.stream()
                                        .map(answer -> Optional.ofNullable(position(answer)))
                                        .toList());
    }

    @Override
    public CompletionStage<@Nullable Void> touch(Recipient recipient, List<String> channels) {
        List<CompletableFuture<?>> parts = new ArrayList<>();
        for (int start = 0; start < channels.size(); start += MAX_AT_ONCE) {
            List<Acknowledgement> part =
                    channels.subList(start, Math.min(channels.size(), start + MAX_AT_ONCE)).stream()
                            .map(
                                    channel ->
                                            new Acknowledgement(
                                                    recipient.device(),
                                                    channel,
                                                    StreamPosition.NONE))
                            .toList();
            parts.add(run("touch", recipient.user(), part).toCompletableFuture());
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .<@Nullable Void>thenApply(done -> null);
    }

    @Override
    public CompletionStage<List<Standing>> standings(String user) {
        return ask(
                user,
                new Place("", Priority.NORMAL, 0),
                RedisCall.fields(UserKeys.positions(user)),
                RedisPositionStore::standings);
    }

    private static List<Standing> standings(Map<String, byte[]> fields) {
        List<Standing> standings = new ArrayList<>(fields.size());
        fields.forEach((field, value) -> standings.add(standing(field, text(value))));
        return standings;
    }

    private static Standing standing(String field, String value) {
        int slash = field.indexOf('/');
        String[] parts = value.split(":", 4);
        return new Standing(
                field.substring(0, slash),
                field.substring(slash + 1),
                new StreamPosition(Long.parseLong(parts[1]), parts[0]),
                Long.parseLong(parts[2]));
    }

    private static String field(String device, String channel) {
        return device + '/' + channel;
    }

    private static @Nullable StreamPosition position(String answer) {
        if (answer.isEmpty() || answer.equals(FULL)) {
            return null;
        }
        int colon = answer.lastIndexOf(':');
        return new StreamPosition(
                Long.parseLong(answer.substring(colon + 1)), answer.substring(1, colon));
    }

    private CompletionStage<List<String>> run(
            String mode, String user, List<Acknowledgement> acknowledgements) {
        List<String> keys =
                List.of(UserKeys.positions(user), UserKeys.stream(user), UserKeys.meta(user));
        List<byte[]> arguments = new ArrayList<>(4 + 3 * acknowledgements.size());
        arguments.add(bytes(mode));
        arguments.add(bytes(Long.toString(limits.ttl().toMillis())));
        arguments.add(bytes(Integer.toString(limits.perUser())));
        arguments.add(bytes(field("", UserQueue.channel(user))));
        int size = 0;
        for (Acknowledgement each : acknowledgements) {
            byte[] field = bytes(field(each.device(), each.channel()));
            size += field.length;
            arguments.add(field);
            arguments.add(bytes(each.position().epoch()));
            arguments.add(bytes(Long.toString(each.position().offset())));
        }
        return ask(
                user,
                new Place(user, Priority.NORMAL, size),
                SCRIPT.list(keys, arguments),
                RedisPositionStore::texts);
    }

    private static List<String> texts(List<Object> answers) {
        return answers.stream().map(RedisPositionStore::text).toList();
    }

    private <T, R> CompletionStage<R> ask(
            String user, Place place, RedisCall<T> call, Function<T, R> read) {
        CommandPipeline pipeline = pipelines.of(UserKeys.tag(user));
        if (pipeline == null) {
            return CompletableFuture.failedStage(
                    new BrokerException(Reason.UNAVAILABLE, "no Redis is known to have this"));
        }
        return RedisAnswers.ask(pipeline, place, call, read);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        pipelines.close();
    }
}
