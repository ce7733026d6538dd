package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.stream.ChannelLimits;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Measures publishing with and without batches, alternating; docs/benchmarks/publishing.md has the
 * command. Fails only if something was lost: figures are printed.
 */
class PublishBatchBench {
    private static final int ROUNDS = Integer.getInteger("hawser.batch.rounds", 5);
    private static final int COUNT = Integer.getInteger("hawser.batch.count", 100_000);
    private static final int CHANNELS = Integer.getInteger("hawser.batch.channels", 1);
    private static final int WINDOW = Integer.getInteger("hawser.batch.window", 2_000);
    private static final int SIZE = Integer.getInteger("hawser.batch.size", 64);
    private static final Duration DELAY =
            Duration.ofNanos(1_000L * Integer.getInteger("hawser.batch.delayMicros", 1_000));
    private static final HistoryOptions HISTORY =
            new HistoryOptions(100, Duration.ofMinutes(5), Duration.ofDays(1));

    /**
     * One run.
     *
     * @param perSecond publishes that were answered
     * @param lonelyMicros median of the time to the answer if nothing else is published
     */
    private record Run(double perSecond, double lonelyMicros) {}

    private static TestNode node(RedisServer redis, int size, Duration delay) {
        var servers = new RedisConnections(redis.uri());
        TestNode node =
                new TestNode(
                        lanes ->
                                new RedisBroker(
                                        servers,
                                        lanes,
                                        new PublishLimits(8_192, 0, 1_000, size, delay),
                                        new Shedding(),
                                        ChannelLimits.DEFAULT),
                        servers::close);
        BrokerContract.awaitUp(node);
        return node;
    }

    private static CompletableFuture<PublishResult> publish(
            TestNode node, int channel, HistoryOptions history) {
        var publication = new Publication(0, Payload.of(new byte[128]), null, Map.of(), 1);
        return node.broker
                .publish("c" + channel, publication, PublishOptions.of(history, Priority.NORMAL))
                .toCompletableFuture();
    }

    private static Run run(TestNode node, TestNode other, HistoryOptions history) throws Exception {
        List<TestSubscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            subscribers.add(other.subscribed("c" + i, history));
        }
        var window = new Semaphore(WINDOW);
        long start = System.nanoTime();
        for (int i = 0; i < COUNT; i++) {
            window.acquire();
            var _ =
                    publish(node, i % CHANNELS, history)
                            .whenComplete(
                                    (result, thrown) -> {
                                        if (thrown == null) {
                                            window.release();
                                        }
                                    });
        }
        window.acquire(WINDOW);
        double seconds = (System.nanoTime() - start) / 1e9;
        for (TestSubscriber subscriber : subscribers) {
            BrokerContract.awaitCount(subscriber, COUNT / CHANNELS);
            assertThat(subscriber.isLost()).isFalse();
            subscriber.leave();
        }
        double[] micros = new double[300];
        for (int i = 0; i < micros.length; i++) {
            long asked = System.nanoTime();
            publish(node, 0, history).join();
            micros[i] = (System.nanoTime() - asked) / 1e3;
        }
        return new Run(COUNT / seconds, median(micros));
    }

    private static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Test
    void measure() throws Exception {
        try (RedisServer redis = RedisServer.start();
                TestNode alone = node(redis, 1, Duration.ZERO);
                TestNode together = node(redis, SIZE, DELAY);
                TestNode other = node(redis, 1, Duration.ZERO)) {
            for (HistoryOptions history : List.of(HISTORY, HistoryOptions.NONE)) {
                double[] ratios = new double[ROUNDS];
                for (int round = -1; round < ROUNDS; round++) {
                    Run without = run(alone, other, history);
                    Run with = run(together, other, history);
                    if (round < 0) {
                        continue; // warm-up
                    }
                    ratios[round] = with.perSecond() / without.perSecond();
                    System.out.printf(
                            "history %s, channels %d: alone %.0f/s (lonely %.0f us), together"
                                    + " %.0f/s (lonely %.0f us), ratio %.2f%n",
                            history.enabled(),
                            CHANNELS,
                            without.perSecond(),
                            without.lonelyMicros(),
                            with.perSecond(),
                            with.lonelyMicros(),
                            ratios[round]);
                }
                System.out.printf(
                        "history %s, channels %d: median ratio %.2f%n",
                        history.enabled(), CHANNELS, median(ratios));
            }
        }
    }
}
