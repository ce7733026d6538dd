package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.awaitComplete;
import static io.hawser.grid.pubsub.BrokerContract.awaitUp;
import static io.hawser.grid.pubsub.BrokerContract.get;
import static io.hawser.grid.pubsub.BrokerContract.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisClusterServers;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.bus.NumberedPublisher.Numbered;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.ChannelPattern;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.pubsub.Watch;
import io.hawser.grid.pubsub.WatchEvent;
import io.hawser.grid.pubsub.WatchLimits;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.lettuce.core.KillArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** {@link Broker#watch} on a real Redis: losses, rights, slow readers, the end, a Redis Cluster. */
class RedisWatchIT extends OnRedis {
    private @Nullable RedisServer redis;
    private @Nullable RedisCommands<String, String> admin;

    @BeforeEach
    void startRedis() {
        RedisServer started = redis(new RedisOptions());
        redis = started;
        admin = commands(started);
    }

    private RedisServer redis() {
        return Objects.requireNonNull(redis);
    }

    private RedisCommands<String, String> admin() {
        return Objects.requireNonNull(admin);
    }

    private TestNode node(String uri) {
        return node(RedisNodes.patient(uri));
    }

    private TestNode node(RedisServers servers) {
        return up(RedisNodes.on(servers, RedisNodes.quick()));
    }

    private Watch watch(TestNode node, String pattern, WatchLimits limits) {
        Watch watch = node.broker.watch(new ChannelPattern(pattern), limits);
        return opened(watch);
    }

    private static WatchEvent next(Watch watch) throws InterruptedException {
        WatchEvent event = watch.next(TestSubscriber.PATIENCE);
        assertThat(event).as("nothing came").isNotNull();
        return Objects.requireNonNull(event);
    }

    private static String nextText(Watch watch) throws InterruptedException {
        return next(watch) instanceof WatchEvent.Published published
                ? published.channel() + " " + published.publication().data()
                : "something else";
    }

    private static void awaitIncomplete(Watch watch) throws InterruptedException {
        WatchEvent event = next(watch);
        while (!(event instanceof WatchEvent.Incomplete)) {
            event = next(watch);
        }
    }

    @Test
    void aLostConnectionIsToldAndNeitherChannelsNorOtherWatchesSuffer() throws Exception {
        TestNode a = node(redis().uri());
        TestSubscriber live = a.subscribed("news:1", HISTORY);
        Watch watch = watch(a, "news:*", WatchLimits.DEFAULT);
        awaitComplete(watch);
        Watch second = watch(a, "news:*", WatchLimits.DEFAULT);
        awaitComplete(second);
        publish(a, "news:1", HISTORY, "1");
        assertThat(nextText(watch)).isEqualTo("news:1 1");
        assertThat(nextText(second)).isEqualTo("news:1 1");

        admin().clientKill(KillArgs.Builder.typePubsub());
        awaitIncomplete(watch);
        awaitComplete(watch);
        awaitComplete(second);
        awaitUp(a);
        publish(a, "news:2", HistoryOptions.NONE, "2");
        assertThat(nextText(watch)).isEqualTo("news:2 2");
        assertThat(nextText(second)).isEqualTo("news:2 2");

        second.close();
        publish(a, "news:1", HISTORY, "3");
        assertThat(nextText(watch)).isEqualTo("news:1 3");
        assertThat(second.next(Duration.ZERO)).isNull();
        BrokerContract.awaitCount(live, 2);
        live.assertGapless();
    }

    @Test
    void aConnectionThatDoesNotHearItselfIsReplaced() {
        var server = new RedisConnections(redis().uri());
        opened(server);
        var lost = new AtomicInteger();
        var hears = new AtomicReference<BooleanSupplier>(() -> false);
        var receiver =
                new PatternBus.Receiver() {
                    @Override
                    public void message(PatternBus bus, String pattern, String name, byte[] body) {}

                    @Override
                    public void changed() {
                        lost.addAndGet(hears.get().getAsBoolean() ? 0 : 1);
                    }
                };
        // Taken, and published where nobody hears it.
        BusPulse.Publisher astray = (name, beat) -> CompletableFuture.completedStage(null);
        var bus = new PatternBus(server, receiver, new BusPulse(astray));
        opened(bus);
        String pattern = ChannelKeys.busPattern("news:");
        hears.set(() -> bus.hears(pattern));
        bus.want(pattern);
        await().atMost(TestSubscriber.PATIENCE).until(() -> bus.hears(pattern));
        int before = lost.get();
        await().atMost(TestSubscriber.PATIENCE).until(() -> lost.get() > before);
        await().atMost(TestSubscriber.PATIENCE).until(() -> bus.hears(pattern));
    }

    @Test
    void oneThatHearsItselfIsKept() throws Exception {
        TestNode a = node(redis().uri());
        Watch watch = watch(a, "news:*", WatchLimits.DEFAULT);
        awaitComplete(watch);
        // Three beats after the one that would have been missed.
        String id = idOfPatterns();
        await().during(Duration.ofMillis(BusBeat.DEAF_AFTER_MS + 3_000))
                .atMost(TestSubscriber.PATIENCE)
                .until(() -> idOfPatterns().equals(id));
        assertThat(watch.next(Duration.ZERO)).isNull();
    }

    private String idOfPatterns() {
        return admin().clientList()
                .lines()
                .filter(it -> it.contains("psub=1"))
                .map(it -> it.substring(0, it.indexOf(' ')))
                .collect(Collectors.joining());
    }

    @Test
    void afterTheLastOneNothingIsLeftOfThemInRedis() throws Exception {
        RedisServers servers = RedisNodes.patient(redis().uri());
        TestNode a = node(servers);
        // Also the connection that no channel needs.
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> servers.all().stream().allMatch(RedisConnections::isUp));
        long before = admin().clientList().lines().count();
        Watch watch = watch(a, "a*", WatchLimits.DEFAULT);
        Watch other = watch(a, "ab*", WatchLimits.DEFAULT);
        awaitComplete(watch);
        awaitComplete(other);
        assertThat(admin().pubsubNumpat()).isEqualTo(2);
        publish(a, "abc", HISTORY, "once to each");
        assertThat(nextText(watch)).isEqualTo("abc once to each");
        assertThat(nextText(other)).isEqualTo("abc once to each");
        assertThat(watch.next(Duration.ZERO)).isNull();
        other.close();
        await().atMost(TestSubscriber.PATIENCE).until(() -> admin().pubsubNumpat() == 1);
        watch.close();
        await().atMost(TestSubscriber.PATIENCE).until(() -> admin().pubsubNumpat() == 0);
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> admin().clientList().lines().count() == before);
        awaitUp(a);
    }

    @Test
    void aSlowReaderIsToldHowManyItMissed() throws Exception {
        TestNode a = node(redis().uri());
        Watch watch = watch(a, "c", new WatchLimits(100, 1 << 20));
        Watch whole = watch(a, "c", new WatchLimits(1_000, 1 << 20));
        awaitComplete(watch);
        awaitComplete(whole);
        List<CompletionStage<PublishResult>> stages = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            stages.add(
                    a.broker.publish(
                            "c",
                            BrokerContract.text("x"),
                            PublishOptions.of(HISTORY, Priority.NORMAL)));
        }
        stages.forEach(BrokerContract::get);
        // What the second watch has, the first was given before.
        for (int i = 0; i < 1_000; i++) {
            assertThat(nextText(whole)).isEqualTo("c x");
        }
        long seen = 0;
        long missed = 0;
        while (seen + missed < 1_000) {
            switch (next(watch)) {
                case WatchEvent.Published published -> seen++;
                case WatchEvent.Missed told -> missed += told.count();
                case WatchEvent.Complete complete -> throw new AssertionError("complete");
                case WatchEvent.Incomplete incomplete -> throw new AssertionError(incomplete);
            }
        }
        assertThat(seen).isEqualTo(100);
        assertThat(missed).isEqualTo(900);
    }

    /** A pattern has to stand in a user's rights as it is; the documented ones have one for all. */
    @Test
    void theDocumentedRightsAreEnough() throws Exception {
        var rules = new CommandArgs<>(StringCodec.UTF8);
        List.of(
                        ("SETUSER hawser on >secret ~hawser:* resetchannels &hawser:* -@all"
                                        + " +@connection +@read +@write +@pubsub +@scripting +role +time")
                                .split(" ", -1))
                .forEach(rules::add);
        assertThat(admin().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), rules))
                .isEqualTo("OK");
        TestNode a = node(redis().uri().replace("redis://", "redis://hawser:secret@"));
        Watch watch = watch(a, "news:*", WatchLimits.DEFAULT);
        awaitComplete(watch);
        publish(a, "other", HISTORY, "not this");
        publish(a, "news:1", HISTORY, "1");
        assertThat(nextText(watch)).isEqualTo("news:1 1");
        Watch other = watch(a, "o*", WatchLimits.DEFAULT);
        awaitComplete(other);
        publish(a, "other", HISTORY, "this");
        assertThat(nextText(other)).isEqualTo("other this");
        assertThat(admin().pubsubNumpat()).isEqualTo(1);
    }

    /** Everywhere, also where the look of each second comes late; publishes work there then. */
    private static void awaitNoticed(RedisServers servers) {
        await().atMost(TestSubscriber.PATIENCE)
                .until(
                        () ->
                                servers.isComplete()
                                        && servers.all().stream()
                                                .allMatch(s -> s.isUp() && s.isWatched()));
    }

    /** Outbox, scripts, plain publishes: none of them reaches a pattern of its own accord. */
    @Test
    void inAClusterWithShardedPublishEverythingIsSeenOnce() throws Exception {
        Assumptions.assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        RedisClusterServers cluster = RedisClusterServers.start(3);
        opened(cluster);
        RedisServers servers = RedisNodes.patient(RedisMode.CLUSTER, cluster.uris());
        opened(servers);
        var numbered = new NumberedPublisher(servers, 100);
        opened(numbered);
        servers.start();
        RedisServers itsServers = RedisNodes.patient(RedisMode.CLUSTER, cluster.uris());
        TestNode a = node(itsServers);
        Watch watch = watch(a, "c*", WatchLimits.DEFAULT);
        awaitComplete(watch);
        awaitNoticed(servers);
        awaitNoticed(itsServers);
        for (int i = 0; i < 12; i++) {
            publish(a, "c" + i, i % 2 == 0 ? HISTORY : HistoryOptions.NONE, "x");
            get(
                    numbered.publish(
                            "outbox",
                            "c" + i,
                            List.of(new Numbered(1, BrokerContract.text("y"))),
                            HISTORY));
        }
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            seen.add(nextText(watch));
        }
        assertThat(seen).doesNotHaveDuplicates().contains("c0 x", "c1 x", "c11 y");
        assertThat(watch.next(Duration.ZERO)).isNull();

        cluster.server(cluster.masterOf(ChannelKeys.meta("c1"))).kill();
        awaitIncomplete(watch);
        awaitComplete(watch);
        awaitUp(a);
        awaitNoticed(itsServers);
        publish(a, "c1", HISTORY, "after");
        assertThat(nextText(watch)).isEqualTo("c1 after");
    }
}
