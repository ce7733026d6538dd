package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.RedisClusterServers;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.Sink;
import io.hawser.grid.pubsub.Subscriber;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.stream.ChannelLimits;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One node that hears 100,000 channels, on a real Redis and in the slots of a Redis Cluster. */
@ResourceLock("both cores")
class ManyChannelsIT {
    private static final Logger log = LoggerFactory.getLogger(ManyChannelsIT.class);

    private static final int CHANNELS = 100_000;
    private static final int BATCH = 2_000;
    private static final int SAMPLE = 2_000;

    /** Of a machine that does other things too; nothing is measured. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Far below what would hurt. */
    private static final long MAX_BYTES_PER_CHANNEL = 6_000;

    private static final HistoryOptions HISTORY =
            new HistoryOptions(10, Duration.ofMinutes(10), Duration.ofDays(1));

    /** As on a real node, but joins are patient, and who has left is forgotten sooner. */
    private static final ChannelLimits LIMITS =
            new ChannelLimits(
                    60_000, 500, 25_000, 1000, 50, 1000, 100, 4096, 4 << 20, 100_000, 256, 10_000);

    @BeforeAll
    static void pollSeldom() {
        BrokerContract.pollOften();
    }

    /** Subscribes as an endpoint does, but keeps of each channel only where it stands. */
    private static final class Listening implements Sink, AutoCloseable {
        final Lanes lanes = new Lanes(2, 10_000);
        final RedisServers servers;
        final RedisBroker broker;
        final Hub hub;
        final AtomicInteger joined = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger lost = new AtomicInteger();
        final AtomicInteger outOfOrder = new AtomicInteger();

        /** Last offset of the channels in which there was something. */
        final Map<String, Long> stands = new ConcurrentHashMap<>();

        Listening(RedisMode mode, List<String> uris) {
            servers = RedisNodes.patient(mode, uris);
            broker = new RedisBroker(servers, lanes, PublishLimits.DEFAULT, new Shedding(), LIMITS);
            hub = new Hub(broker, lanes);
            broker.start(this);
        }

        void subscribe(String channel) {
            hub.subscribe(channel, new JoinRequest(HISTORY, null, 0), answer);
        }

        private final Subscriber answer =
                new Subscriber() {
                    @Override
                    public void joined(JoinResult result) {
                        joined.incrementAndGet();
                    }

                    @Override
                    public void failed(BrokerException why) {
                        failed.incrementAndGet();
                    }
                };

        @Override
        public void publication(String channel, Publication publication) {
            Long before = stands.put(channel, publication.offset());
            if (publication.offset() != (before == null ? 1 : before + 1)) {
                outOfOrder.incrementAndGet();
            }
        }

        @Override
        public void presence(String channel, PresenceEvent event) {
            throw new IllegalStateException("nobody joins or leaves visibly");
        }

        @Override
        public void positionLost(String channel) {
            lost.incrementAndGet();
        }

        @Override
        public void control(Payload command) {
            throw new IllegalStateException("nobody commands");
        }

        @Override
        public void close() {
            broker.close();
            servers.close();
            lanes.close();
        }
    }

    private static String channel(int number) {
        return "big:" + number;
    }

    /** All servers of a Redis, asked one by one. */
    private static final class Asked implements AutoCloseable {
        private final RedisClient client = RedisClient.create();
        private final List<StatefulRedisConnection<String, String>> connections;

        Asked(List<String> uris) {
            connections = uris.stream().map(uri -> client.connect(RedisURI.create(uri))).toList();
        }

        /** All channels that somebody hears. Their names would keep Redis busy, asked for often. */
        long heard() {
            return number("stats", "pubsub_channels:") + number("stats", "pubsubshard_channels:");
        }

        long scriptsRun() {
            return number("commandstats", "cmdstat_evalsha:calls=");
        }

        void cutPubSub() {
            connections.forEach(each -> each.sync().clientKill(KillArgs.Builder.typePubsub()));
        }

        private long number(String section, String beginning) {
            return connections.stream()
                    .flatMap(each -> each.sync().info(section).lines())
                    .filter(line -> line.startsWith(beginning))
                    .mapToLong(
                            line ->
                                    Long.parseLong(
                                            line.substring(beginning.length()).split(",", -1)[0]))
                    .sum();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static long heldBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Publishes one more into each of these; returns where they stand then. */
    private static void publishInto(
            TestNode node, List<String> channels, Map<String, Long> expected) {
        List<CompletionStage<PublishResult>> published = new ArrayList<>();
        for (String channel : channels) {
            published.add(
                    node.broker.publish(
                            channel,
                            BrokerContract.text("x"),
                            PublishOptions.of(HISTORY, Priority.NORMAL)));
            expected.merge(channel, 1L, Long::sum);
        }
        published.forEach(BrokerContract::get);
    }

    private static List<String> sample(Random random) {
        return random.ints(0, CHANNELS)
                .distinct()
                .limit(SAMPLE)
                .mapToObj(ManyChannelsIT::channel)
                .toList();
    }

    @Test
    void aHundredThousandChannelsAreHeardResubscribedAndLeft() {
        try (RedisServer server = RedisServer.start()) {
            hearResubscribeAndLeave(RedisMode.STANDALONE, List.of(server.uri()));
        }
    }

    @Test
    void asManyOfARedisClusterAreHeardInTheirSlots() {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        try (RedisClusterServers servers = RedisClusterServers.start(3)) {
            hearResubscribeAndLeave(RedisMode.CLUSTER, servers.uris());
        }
    }

    private static void hearResubscribeAndLeave(RedisMode mode, List<String> uris) {
        long seed = System.nanoTime();
        log.info("seed {}", seed);
        Random random = new Random(seed);
        try (Asked redis = new Asked(uris);
                TestNode publisher = RedisNodes.on(mode, uris, LIMITS);
                Listening node = new Listening(mode, uris)) {
            BrokerContract.awaitUp(publisher);
            await().atMost(PATIENCE).until(() -> node.broker.health() == Broker.State.UP);

            long others = redis.heard();
            long before = heldBytes();
            for (int from = 0; from < CHANNELS; from += BATCH) {
                int to = from + BATCH;
                for (int i = from; i < to; i++) {
                    node.subscribe(channel(i));
                }
                await().atMost(PATIENCE).until(() -> node.joined.get() + node.failed.get() == to);
            }
            assertThat(node.failed).hasValue(0);
            assertThat(redis.heard()).isEqualTo(others + CHANNELS);
            long each = (heldBytes() - before) / CHANNELS;
            log.info("{} bytes of heap a channel", each);
            assertThat(each).isLessThan(MAX_BYTES_PER_CHANNEL);

            Map<String, Long> expected = new HashMap<>();
            publishInto(publisher, sample(random), expected);
            await().atMost(PATIENCE).until(() -> node.stands.equals(expected));

            long scripts = redis.scriptsRun();
            redis.cutPubSub();
            publishInto(publisher, sample(random), expected);
            await().atMost(PATIENCE).until(() -> redis.heard() == others + CHANNELS);
            await().atMost(PATIENCE).until(() -> node.stands.equals(expected));
            // The sample's publishes are scripts too.
            await().atMost(PATIENCE).until(() -> redis.scriptsRun() - scripts - SAMPLE >= CHANNELS);
            publishInto(publisher, sample(random), expected);
            await().atMost(PATIENCE).until(() -> node.stands.equals(expected));
            assertThat(node.broker.counts().get("READ_FAILED"))
                    .as("reads that were refused since too many came at once")
                    .isZero();
            // Confirmed late and asked for again, a channel is read once more; not again and again.
            assertThat(redis.scriptsRun() - scripts).isLessThan(3L * CHANNELS);
            assertThat(node.outOfOrder).hasValue(0);
            assertThat(node.lost).hasValue(0);

            for (int i = 0; i < CHANNELS; i++) {
                node.hub.unsubscribe(channel(i));
            }
            await().atMost(PATIENCE).until(() -> redis.heard() == others);
            await().atMost(PATIENCE).until(() -> node.broker.heard() == 0);
            assertThat(node.hub.channelCount()).isZero();
            assertThat(node.broker.health()).isEqualTo(Broker.State.UP);
        }
    }
}
