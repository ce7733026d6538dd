package io.hawser.cli.cluster;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes {@code {"n":1}}, {@code {"n":2}} … in each of some channels in turn, at a steady rate,
 * each under an idempotency key until the node has answered that it is stored. Thread-safe.
 */
final class NumberedPublisher implements AutoCloseable {
    private final TestCluster cluster;
    private final TestNode node;
    private final List<String> channels;
    private final long periodNanos;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("publisher").unstarted(this::run);
    private volatile boolean stopped;

    private NumberedPublisher(
            TestCluster cluster, TestNode node, List<String> channels, int perSecond) {
        this.cluster = cluster;
        this.node = node;
        this.channels = channels;
        this.periodNanos = 1_000_000_000L / perSecond;
    }

    /**
     * Starts it.
     *
     * @param node is asked to publish
     * @param perSecond over all channels
     */
    static NumberedPublisher start(
            TestCluster cluster, TestNode node, List<String> channels, int perSecond) {
        var publisher = new NumberedPublisher(cluster, node, channels, perSecond);
        publisher.thread.start();
        return publisher;
    }

    private void run() {
        long dueNanos = System.nanoTime();
        while (!stopped) {
            long message = published.get();
            long startNanos = System.nanoTime();
            boolean stored = isStored(message);
            while (!stored && !stopped) {
                LockSupport.parkNanos(periodNanos);
                stored = isStored(message);
            }
            slowestNanos.accumulateAndGet(System.nanoTime() - startNanos, Math::max);
            if (stored) {
                published.incrementAndGet();
            }
            dueNanos += periodNanos;
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
    }

    private boolean isStored(long message) {
        String channel = channels.get((int) (message % channels.size()));
        String body =
                "{\"channel\":\"%s\",\"data\":{\"n\":%d},\"idempotency_key\":\"%d\"}"
                        .formatted(channel, message / channels.size() + 1, message);
        try {
            return cluster.api(node, "publish", body).contains("\"offset\"");
        } catch (IOException e) {
            return false; // asked again under the same key
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
            return false;
        }
    }

    /** The last number of each channel that is stored. */
    Map<String, Long> lastNumbers() {
        long messages = published.get();
        Map<String, Long> numbers = new HashMap<>();
        for (int i = 0; i < channels.size(); i++) {
            numbers.put(channels.get(i), (messages + channels.size() - 1 - i) / channels.size());
        }
        return numbers;
    }

    /** The slowest publish until its answer, milliseconds. */
    long slowestMs() {
        return slowestNanos.get() / 1_000_000;
    }

    /** Stops after the message that is under way. */
    void stop() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
