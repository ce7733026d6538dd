package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisFailure.Kind;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.protocol.CommandType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** {@link RedisConnections} and {@link CommandPipeline} on a real Redis. */
class RedisConnectionsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Longer than a probe is waited for, and the second until the next one. */
    private static final Duration BUSY = Duration.ofMillis(2500);

    private static final RedisCall<Long> INCR =
            RedisCall.number(CommandType.INCR, new RedisArguments().add("n"));

    /** So that a server that is suspended by a test is not given up in the middle of it. */
    private static RedisConnections patient(RedisServer redis) {
        return new RedisConnections(
                new RedisSettings(RedisMode.STANDALONE, List.of(redis.uri()), PATIENCE, ""));
    }

    @Test
    void textCommandsAreThereWhileItIsConnected() throws Exception {
        try (RedisServer redis = RedisServer.start(new RedisOptions().password("s3cret"));
                RedisConnections connections = patient(redis)) {
            Supplier<@Nullable RedisAsyncCommands<String, String>> text =
                    connections.textCommands();
            assertThat(text.get()).isNull();
            connections.start();
            connections.start();
            await().atMost(PATIENCE).until(() -> text.get() != null);
            RedisAsyncCommands<String, String> commands = text.get();
            assertThat(commands).isNotNull();
            assertThat(commands.set("k", "v").get(20, TimeUnit.SECONDS)).isEqualTo("OK");
            assertThat(connections.isUp()).isTrue();
            assertThat(connections.identity()).isEqualTo("127.0.0.1:" + redis.port() + "/0");
            redis.kill();
            await().atMost(PATIENCE).until(() -> text.get() == null);
            redis.restart();
            await().atMost(PATIENCE).until(() -> text.get() != null);
        }
    }

    /** The driver's only thread, or the only one for two cores, is busy; Redis has answered. */
    @Test
    void aBusyDriverIsNoReasonToGiveAConnectionUp() throws Exception {
        try (RedisServer redis = RedisServer.start();
                var connections = new RedisConnections(redis.uri())) {
            var other = new CompletableFuture<StatefulRedisConnection<String, byte[]>>();
            connections.commandLink("other", new Opened(other));
            connections.start();
            Supplier<@Nullable RedisAsyncCommands<String, String>> text =
                    connections.textCommands();
            await().atMost(PATIENCE).until(() -> text.get() != null);
            RedisAsyncCommands<String, String> first = text.get();
            assertThat(first).isNotNull();
            var held = new CountDownLatch(1);
            CompletableFuture<Boolean> busy =
                    CompletableFuture.supplyAsync(
                            () -> isHeld(held, BUSY),
                            DriverThreads.current(other.get(20, TimeUnit.SECONDS)));
            assertThat(busy.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(first.ping().get(20, TimeUnit.SECONDS)).isEqualTo("PONG");
            assertThat(text.get()).as("the same connection").isSameAs(first);

            redis.suspend();
            await().atMost(PATIENCE).until(() -> text.get() == null);
            redis.resume();
            await().atMost(PATIENCE).until(() -> text.get() != null);
        }
    }

    private record Opened(CompletableFuture<StatefulRedisConnection<String, byte[]>> connection)
            implements RedisLink.Listener<StatefulRedisConnection<String, byte[]>> {
        @Override
        public void opened(StatefulRedisConnection<String, byte[]> newOne) {
            connection.complete(newOne);
        }
    }

    private static boolean isHeld(CountDownLatch never, Duration wait) {
        try {
            return !never.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void otherThingsThanAnAddressAreRefused() {
        for (String bad : List.of("", "localhost", "http://localhost")) {
            assertThatThrownBy(() -> new RedisConnections(bad))
                    .as("uri '%s'", bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFullQueueRefusesAndLosesNothingElse() {
        try (RedisServer redis = RedisServer.start();
                RedisConnections connections = patient(redis);
                CommandPipeline pipeline =
                        new CommandPipeline(
                                "test", connections, 10, new Shedding(), List.of(), () -> {})) {
            connections.start();
            await().atMost(PATIENCE).until(pipeline::isUp);
            redis.suspend();
            List<CompletionStage<Long>> stages = new ArrayList<>();
            for (int i = 0; i < CommandPipeline.MAX_IN_FLIGHT + 100; i++) {
                stages.add(pipeline.submit(CommandPipeline.Place.ANY, INCR));
            }
            redis.resume();
            long refused = 0;
            for (CompletionStage<Long> stage : stages) {
                RedisFailure failure = failure(stage);
                refused += failure != null && failure.kind() == Kind.QUEUE_FULL ? 1 : 0;
            }
            assertThat(refused).isPositive();
        }
    }

    @Test
    void behindAServerThatHungHighGoesFirstAndLowIsFullFirst() {
        try (RedisServer redis = RedisServer.start();
                RedisConnections connections = patient(redis);
                CommandPipeline pipeline =
                        new CommandPipeline(
                                "test", connections, 600, new Shedding(), List.of(), () -> {})) {
            connections.start();
            await().atMost(PATIENCE).until(pipeline::isUp);
            redis.suspend();
            List<CompletionStage<Long>> sent =
                    submit(pipeline, Priority.NORMAL, CommandPipeline.MAX_IN_FLIGHT);
            await().atMost(PATIENCE).until(() -> pipeline.waiting() == 0);
            List<CompletionStage<Long>> low = submit(pipeline, Priority.LOW, 300);
            assertThat(failure(submit(pipeline, Priority.LOW, 1).getFirst()))
                    .extracting(RedisFailure::kind)
                    .isEqualTo(Kind.QUEUE_FULL);
            List<CompletionStage<Long>> normal = submit(pipeline, Priority.NORMAL, 20);
            List<CompletionStage<Long>> high = submit(pipeline, Priority.HIGH, 10);
            redis.resume();

            long first = CommandPipeline.MAX_IN_FLIGHT;
            assertThat(answers(sent)).isEqualTo(upTo(1, first));
            assertThat(answers(high)).isEqualTo(upTo(first + 1, first + 10));
            // Behind the first 15 KiB comes one of 1 KiB of the low lane.
            assertThat(answers(normal)).last().isEqualTo(first + 10 + 20 + 1);
            assertThat(answers(low)).last().isEqualTo(first + 330);
        }
    }

    private static List<CompletionStage<Long>> submit(
            CommandPipeline pipeline, Priority lane, int count) {
        var place = new CommandPipeline.Place("", lane, 1024);
        List<CompletionStage<Long>> stages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stages.add(pipeline.submit(place, INCR));
        }
        return stages;
    }

    private static List<Long> answers(List<CompletionStage<Long>> stages) {
        return stages.stream()
                .map(
                        stage ->
                                stage.toCompletableFuture()
                                        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                        .join())
                .toList();
    }

    private static List<Long> upTo(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static @Nullable RedisFailure failure(CompletionStage<Long> stage) {
        return stage.handle((value, thrown) -> thrown == null ? null : RedisFailure.of(thrown))
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
