package io.hawser.grid.pubsub;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes to one channel, one after the other, until told to stop; what is answered is
 * remembered. Thread-safe.
 */
public final class TestLoad {
    /** A client that gets an error does not try again at once, either. */
    private static final long PAUSE_NANOS = 5_000_000;

    public final List<String> acknowledged = new ArrayList<>();
    public final AtomicInteger refused = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;

    public TestLoad(TestNode node, String channel) {
        thread = Thread.ofVirtual().start(() -> run(node, channel));
    }

    private void run(TestNode node, String channel) {
        for (int i = 0; !stopped.get(); i++) {
            String data = "p" + i;
            try {
                publish(node, channel, HISTORY, data);
                synchronized (acknowledged) {
                    acknowledged.add(data);
                }
            } catch (CompletionException e) {
                refused.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    public int count() {
        synchronized (acknowledged) {
            return acknowledged.size();
        }
    }

    /** However slow: it goes on. */
    public void awaitMore(int more) {
        int enough = count() + more;
        for (int now = count(); now < enough; now = count()) {
            int before = now;
            await().atMost(TestSubscriber.PATIENCE).until(() -> count() > before);
        }
    }

    /** More than these are refused. */
    public void awaitRefusal(int before) {
        await().atMost(TestSubscriber.PATIENCE).until(() -> refused.get() > before);
    }

    /** There may be a hundred thousand, too many to look each up in a list. */
    public void assertAllIn(List<String> heard) {
        var missing = new LinkedHashSet<>(acknowledged);
        missing.removeAll(new HashSet<>(heard));
        assertThat(missing).as("acknowledged and not heard").isEmpty();
    }

    public void stop() throws InterruptedException {
        stopped.set(true);
        thread.join();
    }
}
