package io.hawser.cli.cluster;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes 1, 2, 3 … every ten milliseconds, each until a node has acknowledged it: through one
 * node as long as that works, then through the next. Thread-safe.
 */
final class NumberPublisher implements AutoCloseable {
    private static final long PAUSE_NANOS = 10_000_000;

    private final TestCluster cluster;
    private final String channel;
    private final AtomicInteger last = new AtomicInteger();
    private final Thread thread = Thread.ofPlatform().name("publisher").unstarted(this::run);
    private volatile boolean stopped;
    private volatile TestNode node;

    NumberPublisher(TestCluster cluster, String channel) {
        this.cluster = cluster;
        this.channel = channel;
        this.node = cluster.node(1);
    }

    NumberPublisher start() {
        thread.start();
        return this;
    }

    /** The last message that a node has acknowledged. */
    int last() {
        return last.get();
    }

    /** Through which it publishes. */
    TestNode node() {
        return node;
    }

    private void run() {
        while (!stopped) {
            int n = last.get() + 1;
            if (publish(n)) {
                last.set(n);
            } else {
                node = next();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private TestNode next() {
        List<TestNode> nodes = cluster.nodes();
        return nodes.get((nodes.indexOf(node) + 1) % nodes.size());
    }

    /** The key makes a repetition harmless where only the answer was lost. */
    private boolean publish(int n) {
        String body =
                "{\"channel\":\"%s\",\"data\":{\"n\":%d},\"idempotency_key\":\"%d\"}"
                        .formatted(channel, n, n);
        try {
            return cluster.api(node, "publish", body).contains("\"offset\"");
        } catch (IOException e) {
            return false; // tried again elsewhere
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
            return false;
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
