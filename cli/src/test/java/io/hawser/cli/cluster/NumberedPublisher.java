package io.hawser.cli.cluster;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Publishes {@code {"n":1}}, {@code {"n":2}} … in each of some channels in turn, at a steady rate,
 * each under an idempotency key until a node has answered that it is stored: through one node as
 * long as that works, then through the next. Thread-safe.
 */
final class NumberedPublisher implements AutoCloseable {
    private final Supplier<List<TestNode>> nodes;
    private final List<String> channels;
    private final long periodNanos;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("publisher").unstarted(this::run);
    private volatile boolean stopped;
    private volatile TestNode node;

    private NumberedPublisher(
            Supplier<List<TestNode>> nodes, List<String> channels, int perSecond) {
        this.nodes = nodes;
        this.node = nodes.get().getFirst();
        this.channels = channels;
        this.periodNanos = 1_000_000_000L / perSecond;
    }

    /**
     * Starts it.
     *
     * @param nodes are asked to publish, one after the other
     * @param perSecond over all channels
     */
    static NumberedPublisher start(
            Supplier<List<TestNode>> nodes, List<String> channels, int perSecond) {
        var publisher = new NumberedPublisher(nodes, channels, perSecond);
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
                node = next();
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

    private TestNode next() {
        List<TestNode> all = nodes.get();
        return all.get((all.indexOf(node) + 1) % all.size());
    }

    private boolean isStored(long message) {
        String channel = channels.get((int) (message % channels.size()));
        String body =
                "{\"channel\":\"%s\",\"data\":{\"n\":%d},\"idempotency_key\":\"%d\"}"
                        .formatted(channel, message / channels.size() + 1, message);
        try {
            URI address = node.admin("/api/publish");
            return LightHttp.post(address, body, TestCluster.IMPATIENT).contains("\"offset\"");
        } catch (IOException e) {
            return false; // asked again under the same key, elsewhere
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

    /** Through which it publishes. */
    TestNode node() {
        return node;
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
