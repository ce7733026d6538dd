package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.ChannelPattern;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.pubsub.Version;
import io.hawser.grid.pubsub.Watch;
import io.hawser.grid.pubsub.WatchEvent;
import io.hawser.grid.pubsub.WatchLimits;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The contract where all publications wait for others, and what batches are besides. */
class RedisBatchIT extends BrokerContract {
    private static final Duration SHORT = Duration.ofMillis(3);

    /** Long enough for all that a test publishes to be in one batch; a full one goes at once. */
    private static final Duration LONG = PublishLimits.MAX_BATCH_DELAY;

    private static @Nullable RedisServer redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        Objects.requireNonNull(redis).close();
    }

    private static String uri() {
        return Objects.requireNonNull(redis).uri();
    }

    @Override
    protected TestNode newNode() {
        TestNode node = RedisNodes.batching(uri(), 16, SHORT);
        awaitUp(node);
        return node;
    }

    @Override
    protected boolean isShared() {
        return true;
    }

    private static void withRedis(Consumer<RedisCommands<String, String>> work) {
        try (RedisClient client = RedisClient.create(uri());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            work.accept(connection.sync());
        }
    }

    /** Publishes in so large batches, and does something with it. */
    private static void withBatches(int size, Consumer<TestNode> work) {
        try (TestNode node = RedisNodes.batching(uri(), size, LONG)) {
            awaitUp(node);
            work.accept(node);
        }
    }

    private CompletionStage<PublishResult> send(
            TestNode node,
            HistoryOptions history,
            String text,
            @Nullable String key,
            @Nullable Version version) {
        return node.broker.publish(
                channel, text(text), new PublishOptions(history, key, version, Priority.NORMAL));
    }

    private static Reason reason(CompletionStage<PublishResult> stage) {
        try {
            throw new AssertionError("published at " + get(stage));
        } catch (java.util.concurrent.CompletionException e) {
            return ((BrokerException) Objects.requireNonNull(e.getCause())).reason();
        }
    }

    private static long published(RedisCommands<String, String> commands) {
        return commands.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_publish:calls="))
                .mapToLong(line -> Long.parseLong(line.split("[=,]", -1)[1]))
                .findFirst()
                .orElse(0);
    }

    @Test
    void eachOfABatchHasItsOwnAnswer() {
        TestNode other = node();
        TestSubscriber live = other.subscribed(channel, HISTORY);
        for (int i = 1; i < KEYS_MAX; i++) {
            keyed(other, channel, HISTORY, "k" + i);
        }
        long before = KEYS_MAX - 1;
        withBatches(
                9,
                a -> {
                    var stages =
                            List.of(
                                    send(a, HISTORY, "1", null, null),
                                    send(a, HISTORY, "2", "twice", null),
                                    send(a, HISTORY, "again", "twice", null),
                                    send(a, HISTORY, "one key too many", "over", null),
                                    send(a, HISTORY, "3", null, new Version(5, "e")),
                                    send(a, HISTORY, "older", null, new Version(4, "e")),
                                    send(a, HISTORY, "known", "k7", null),
                                    send(a, HISTORY, "4", null, new Version(6, "e")),
                                    send(a, HISTORY, "5", null, null));
                    String epoch = live.result().position().epoch();
                    List<Long> stored = List.of(1L, 2L, 2L, -1L, 3L, 3L, 7 - before, 4L, 5L);
                    for (int i = 0; i < stages.size(); i++) {
                        if (i == 3) {
                            assertThat(reason(stages.get(i))).isEqualTo(Reason.KEYS_FULL);
                            continue;
                        }
                        PublishResult result = get(stages.get(i));
                        assertThat(result.position())
                                .as("number %d", i)
                                .isEqualTo(new StreamPosition(before + stored.get(i), epoch));
                        assertThat(result.suppressed()).as("number %d", i).isEqualTo(i == 5);
                    }
                });
        awaitCount(live, (int) before + 5);
        live.assertGapless();
        assertThat(live.texts().subList((int) before, (int) before + 5))
                .containsExactly("1", "2", "3", "4", "5");
        History stored =
                get(other.broker.history(channel, new HistoryQuery(null, 100, false), HISTORY));
        assertThat(stored.publications()).isEqualTo(live.received());
    }

    @Test
    void aBatchIsOneMessageOfTheBusAndOneScript() {
        TestNode other = node();
        TestSubscriber stored = other.subscribed(channel, HISTORY);
        TestSubscriber passing = other.subscribe(channel + "-live", JoinRequest.LIVE).awaitJoined();
        withBatches(
                50,
                a ->
                        withRedis(
                                commands -> {
                                    commands.configResetstat();
                                    long startNanos = System.nanoTime();
                                    List<CompletionStage<PublishResult>> stages = new ArrayList<>();
                                    for (int i = 0; i < 100; i++) {
                                        stages.add(send(a, HISTORY, "" + i, null, null));
                                        stages.add(
                                                a.broker.publish(
                                                        channel + "-live",
                                                        text("" + i),
                                                        PublishOptions.of(
                                                                HistoryOptions.NONE,
                                                                Priority.NORMAL)));
                                    }
                                    stages.forEach(BrokerContract::get);
                                    long ended = (System.nanoTime() - startNanos) / LONG.toNanos();
                                    // Beats are published too: one a second of each node.
                                    assertThat(published(commands)).isBetween(4L, 60 + 4 * ended);
                                    // Two may be begun whenever the delay ends.
                                    assertThat(counts(a, "BATCHES")).isBetween(4L, 4 + 2 * ended);
                                    assertThat(counts(a, "BATCHED_PUBLICATIONS")).isEqualTo(200);
                                }));
        awaitCount(stored, 100);
        awaitCount(passing, 100);
        List<String> all = IntStream.range(0, 100).mapToObj(i -> "" + i).toList();
        assertThat(stored.texts()).isEqualTo(all);
        assertThat(stored.offsets()).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(passing.texts()).isEqualTo(all);
        assertThat(passing.offsets()).containsOnly(0L);
    }

    private static long counts(TestNode node, String name) {
        return Objects.requireNonNull(((RedisBroker) node.broker).counts().get(name));
    }

    /** What one of them meets in Redis is not the others' business. */
    @Test
    void oneThatFailsDoesNotTakeTheOthersAlong() {
        TestNode other = node();
        TestSubscriber live = other.subscribed(channel, HISTORY);
        withRedis(commands -> commands.set(ChannelKeys.idempotency(channel), "no sorted set"));
        withBatches(
                4,
                a -> {
                    var stages =
                            List.of(
                                    send(a, HISTORY, "1", null, null),
                                    send(a, HISTORY, "keyed", "k", null),
                                    send(a, HISTORY, "2", null, null),
                                    send(a, HISTORY, "3", null, null));
                    assertThat(get(stages.get(0)).position().offset()).isEqualTo(1);
                    assertThat(reason(stages.get(1))).isEqualTo(Reason.FAILED);
                    assertThat(get(stages.get(2)).position().offset()).isEqualTo(2);
                    assertThat(get(stages.get(3)).position().offset()).isEqualTo(3);
                });
        awaitCount(live, 3);
        assertThat(live.texts()).containsExactly("1", "2", "3");
    }

    /** The end of the stream was lost: the first one begins a new epoch, the others follow. */
    @Test
    void aForkIsSeenByABatchToo() {
        withBatches(
                3,
                a -> {
                    TestSubscriber live = a.subscribed(channel, HISTORY);
                    for (int i = 0; i < 9; i++) {
                        var _ = send(a, HISTORY, "" + i, null, null);
                    }
                    awaitCount(live, 9);
                    withRedis(commands -> commands.hset(ChannelKeys.meta(channel), "offset", "4"));
                    withRedis(commands -> commands.del(ChannelKeys.stream(channel)));
                    List<PublishResult> results =
                            IntStream.range(0, 3)
                                    .mapToObj(i -> send(a, HISTORY, "new" + i, null, null))
                                    .toList()
                                    .stream()
                                    .map(BrokerContract::get)
                                    .toList();
                    String epoch = results.getFirst().position().epoch();
                    assertThat(epoch).isNotEqualTo(live.result().position().epoch());
                    assertThat(results)
                            .extracting(PublishResult::position)
                            .containsExactly(
                                    new StreamPosition(5, epoch),
                                    new StreamPosition(6, epoch),
                                    new StreamPosition(7, epoch));
                    await().atMost(TestSubscriber.PATIENCE).until(live::isLost);
                });
    }

    @Test
    void whatIsHighDoesNotWaitAndWhatIsRemovedWaitsForWhatCameBefore() {
        withBatches(
                1000,
                a -> {
                    List<CompletionStage<PublishResult>> waiting =
                            List.of(
                                    send(a, SMALL, "1", null, null),
                                    send(a, SMALL, "2", null, null));
                    PublishResult high =
                            get(
                                    a.broker.publish(
                                            channel + "-high",
                                            text("high"),
                                            PublishOptions.of(SMALL, Priority.HIGH)));
                    assertThat(high.position().offset()).isEqualTo(1);
                    get(a.broker.removeHistory(channel, Priority.NORMAL));
                    waiting.forEach(BrokerContract::get);
                    History left =
                            get(a.broker.history(channel, new HistoryQuery(null, 9, false), SMALL));
                    assertThat(left.top().offset()).isEqualTo(2);
                    assertThat(left.publications()).isEmpty();
                });
    }

    @Test
    void withoutRedisABatchFailsAtOnceAndAsAWhole() {
        try (RedisServer own = RedisServer.start();
                TestNode node = RedisNodes.batching(own.uri(), 100, LONG)) {
            awaitUp(node);
            own.suspend(); // else they are published if killing it takes longer than they wait
            List<CompletionStage<PublishResult>> waiting =
                    List.of(
                            send(node, HISTORY, "1", null, null),
                            send(node, HISTORY, "2", null, null));
            own.kill();
            waiting.forEach(stage -> assertThat(reason(stage)).isEqualTo(Reason.UNAVAILABLE));
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> node.broker.health() == Broker.State.DOWN);
            // Another connection may be the first that is seen to be lost.
            await().atMost(TestSubscriber.PATIENCE)
                    .until(
                            () ->
                                    send(node, HISTORY, "3", null, null)
                                            .toCompletableFuture()
                                            .isCompletedExceptionally());
            assertThatThrownBy(() -> get(send(node, HISTORY, "4", null, null)))
                    .hasRootCauseInstanceOf(Exception.class);
        }
    }

    @Test
    void aWatchSeesEachOfABatch() throws InterruptedException {
        TestNode other = node();
        try (Watch watch = other.broker.watch(new ChannelPattern(channel), WatchLimits.DEFAULT)) {
            awaitComplete(watch);
            withBatches(
                    3,
                    a -> {
                        for (int i = 0; i < 6; i++) {
                            var _ =
                                    send(
                                            a,
                                            i < 3 ? HISTORY : HistoryOptions.NONE,
                                            "" + i,
                                            null,
                                            null);
                        }
                        for (int i = 0; i < 6; i++) {
                            assertThat(nextPublished(watch))
                                    .extracting(p -> p.publication().data().toString())
                                    .isEqualTo("" + i);
                        }
                    });
        }
    }

    private static WatchEvent.Published nextPublished(Watch watch) {
        try {
            return (WatchEvent.Published)
                    Objects.requireNonNull(watch.next(TestSubscriber.PATIENCE));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
