package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisServers;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

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

/** One node that hears 100,000 channels, on a real Redis. */
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

        Listening(String uri) {
            servers = RedisNodes.patient(uri);
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

    /** All channels that somebody hears. Their names would keep Redis busy, asked for often. */
    private static long heardByRedis(RedisCommands<String, String> redis) {
        return number(redis, "stats", "pubsub_channels:");
    }

    private static long scriptsRun(RedisCommands<String, String> redis) {
        return number(redis, "commandstats", "cmdstat_evalsha:calls=");
    }

    private static long number(
            RedisCommands<String, String> redis, String section, String beginning) {
        return redis.info(section)
                .lines()
                .filter(line -> line.startsWith(beginning))
                .mapToLong(
                        line ->
                                Long.parseLong(
                                        line.substring(beginning.length()).split(",", -1)[0]))
                .findFirst()
                .orElse(0);
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
        long seed = System.nanoTime();
        log.info("seed {}", seed);
        Random random = new Random(seed);
        try (RedisServer server = RedisServer.start();
                RedisClient client = RedisClient.create(server.uri());
                StatefulRedisConnection<String, String> connection = client.connect();
                TestNode publisher = RedisNodes.on(server.uri());
                Listening node = new Listening(server.uri())) {
            BrokerContract.awaitUp(publisher);
            await().atMost(PATIENCE).until(() -> node.broker.health() == Broker.State.UP);
            RedisCommands<String, String> redis = connection.sync();

            long others = heardByRedis(redis);
            long before = heldBytes();
            for (int from = 0; from < CHANNELS; from += BATCH) {
                int to = from + BATCH;
                for (int i = from; i < to; i++) {
                    node.subscribe(channel(i));
                }
                await().atMost(PATIENCE).until(() -> node.joined.get() + node.failed.get() == to);
            }
            assertThat(node.failed).hasValue(0);
            assertThat(heardByRedis(redis)).isEqualTo(others + CHANNELS);
            long each = (heldBytes() - before) / CHANNELS;
            log.info("{} bytes of heap a channel", each);
            assertThat(each).isLessThan(MAX_BYTES_PER_CHANNEL);

            Map<String, Long> expected = new HashMap<>();
            publishInto(publisher, sample(random), expected);
            await().atMost(PATIENCE).until(() -> node.stands.equals(expected));

            long scripts = scriptsRun(redis);
            redis.clientKill(KillArgs.Builder.typePubsub());
            publishInto(publisher, sample(random), expected);
            await().atMost(PATIENCE).until(() -> heardByRedis(redis) == others + CHANNELS);
            await().atMost(PATIENCE).until(() -> node.stands.equals(expected));
            // The sample's publishes are scripts too.
            await().atMost(PATIENCE).until(() -> scriptsRun(redis) - scripts - SAMPLE >= CHANNELS);
            publishInto(publisher, sample(random), expected);
            await().atMost(PATIENCE).until(() -> node.stands.equals(expected));
            assertThat(node.broker.counts().get("READ_FAILED"))
                    .as("reads that were refused since too many came at once")
                    .isZero();
            // Confirmed late and asked for again, a channel is read once more; not again and again.
            assertThat(scriptsRun(redis) - scripts).isLessThan(3L * CHANNELS);
            assertThat(node.outOfOrder).hasValue(0);
            assertThat(node.lost).hasValue(0);

            for (int i = 0; i < CHANNELS; i++) {
                node.hub.unsubscribe(channel(i));
            }
            await().atMost(PATIENCE).until(() -> heardByRedis(redis) == others);
            await().atMost(PATIENCE).until(() -> node.broker.heard() == 0);
            assertThat(node.hub.channelCount()).isZero();
            assertThat(node.broker.health()).isEqualTo(Broker.State.UP);
        }
    }
}
