package io.hawser.grid.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One connection, opened again whenever it is lost: at the start, after a disconnect, and when
 * nothing comes in answer to what was sent, a probe a second included (a hung server closes
 * nothing). An answer that is late while others come is only late, and so is one that the driver
 * has had no time to read. Each new connection is a new object, so nothing that was sent over the
 * old one is ever sent again. Thread-safe; the work is done by one virtual thread.
 *
 * @param <C> type of the connection
 */
public final class RedisLink<C extends StatefulRedisConnection<String, ?>>
        implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

    /** Pause between probes. */
    private static final long PROBE_EVERY_MS = 1000;

    /** How long an answer may take at least, whatever is set. */
    private static final long MIN_TIMEOUT_MS = 500;

    /** Between two looks whether something has come. */
    private static final long TICK_MS = 100;

    /** A driver that took longer to look at its sockets was busy with something else. */
    private static final long BUSY_MS = 50;

    /** How long it may take at most, in what an answer may take. */
    private static final int DRIVER_PATIENCE = 10;

    /** Bounds of the random pause before the next attempt. */
    private static final long MIN_PAUSE_MS = 50;

    private static final long MAX_PAUSE_MS = 500;

    private final String name;
    private final Supplier<C> opener;
    private final Listener<C> listener;
    private final Driver driver;
    private final Runnable trouble;
    private final Thread thread;
    private volatile @Nullable C current;
    private final long timeoutMs;
    private final AnswerWatch answers;
    private volatile double latencyMs;
    private volatile boolean closed;
    private final AtomicBoolean started = new AtomicBoolean();

    /**
     * Hears of each connection. Called on the link's thread; may block.
     *
     * @param <C> type of the connection
     */
    public interface Listener<C extends StatefulRedisConnection<String, ?>> {
        /** Before anyone else gets the connection; throws if it is not fit for use. */
        default void opened(C connection) {}

        /** {@link RedisLink#current} gives the connection now. */
        default void up() {}

        /** Asks something, each second, to see whether an answer comes. */
        default RedisFuture<?> probe(C connection) {
            return connection.async().ping();
        }

        /** Each second, after the probe was answered; false gives the connection up. */
        default boolean isFit(C connection) {
            return true;
        }

        /** Whether something that was sent is not answered yet. */
        default boolean isAwaiting() {
            return false;
        }

        /** {@link RedisLink#current} gives null now. */
        default void down() {}
    }

    /** What reads the connection. */
    @FunctionalInterface
    interface Driver {
        /**
         * Waits until it has looked at least once for what has come.
         *
         * @param maxMs how long at most, in milliseconds
         * @return false if it has not
         */
        boolean awaitLook(long maxMs) throws InterruptedException;
    }

    /**
     * @param timeout how long an answer may take; half a second at least
     * @param trouble called when a connection is lost or cannot be made; must not block
     */
    RedisLink(
            String name,
            Duration timeout,
            Supplier<C> opener,
            Listener<C> listener,
            Driver driver,
            Runnable trouble) {
        this.name = name;
        this.timeoutMs = Math.max(MIN_TIMEOUT_MS, timeout.toMillis());
        this.answers = new AnswerWatch(timeoutMs, nowMs());
        this.opener = opener;
        this.listener = listener;
        this.driver = driver;
        this.trouble = trouble;
        this.thread = Thread.ofPlatform().name("redis-link-" + name).daemon().unstarted(this::run);
    }

    /** Starts connecting, unless that was begun already. */
    void start() {
        if (started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    /** The connection, or null while there is none. */
    public @Nullable C current() {
        return current;
    }

    /** How long the last answered probe took, in milliseconds; 0 before the first. */
    public double latencyMs() {
        return latencyMs;
    }

    /** Something came over the connection, or is awaited only from now on. */
    public void heard() {
        answers.heard(nowMs());
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    /** The server refused what it should have. */
    void doubt() {
        trouble.run();
    }

    private void run() {
        boolean reported = false;
        while (!closed) {
            try {
                C connection = opener.get();
                reported = false;
                serve(connection);
            } catch (RuntimeException e) {
                if (!reported) {
                    log.warn("no connection to Redis for {}, trying on: {}", name, reason(e));
                    reported = true;
                }
            } catch (InterruptedException e) {
                break;
            }
            trouble.run();
            pause();
        }
    }

    private static String reason(RuntimeException e) {
        Throwable cause = e.getCause();
        return cause == null ? e.toString() : cause.toString();
    }

    private void pause() {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(MIN_PAUSE_MS, MAX_PAUSE_MS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(C connection) throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        connection.addListener(new Closing(gone));
        try {
            listener.opened(connection);
            if (!connection.isOpen() || closed) {
                return;
            }
            current = connection;
            log.info("connected to Redis for {}", name);
            listener.up();
            heard();
            awaitLoss(connection, gone);
            log.warn("lost the connection to Redis for {}", name);
        } finally {
            boolean wasUp = current != null;
            current = null;
            // Before the listener hears of it: nothing of this connection is answered afterwards.
            connection.close();
            if (wasUp) {
                listener.down();
            }
        }
    }

    private void awaitLoss(C connection, CountDownLatch gone) throws InterruptedException {
        long probeAtMs = nowMs() + PROBE_EVERY_MS;
        while (!gone.await(TICK_MS, TimeUnit.MILLISECONDS)) {
            if (answers.isSilent(nowMs()) && listener.isAwaiting() && isSilent()) {
                log.warn("Redis has not answered {} for {} ms", name, timeoutMs);
                return;
            }
            if (nowMs() >= probeAtMs) {
                if (!answersProbe(connection) || !listener.isFit(connection)) {
                    return;
                }
                probeAtMs = nowMs() + PROBE_EVERY_MS;
            }
        }
    }

    /**
     * Whether nothing has come for too long, though the driver has looked: what came while it was
     * busy with others is read first.
     */
    private boolean isSilent() throws InterruptedException {
        if (!answers.isSilent(nowMs())) {
            return false;
        }
        long from = nowMs();
        if (!driver.awaitLook(DRIVER_PATIENCE * timeoutMs)) {
            log.warn("the driver has not looked for answers to {} in {} ms", name, nowMs() - from);
            return true;
        }
        boolean wasBusy = nowMs() - from > BUSY_MS;
        return !(wasBusy && answers.excuse(nowMs())) && answers.isSilent(nowMs());
    }

    private boolean answersProbe(C connection) throws InterruptedException {
        if (!listener.isAwaiting()) {
            heard();
        }
        long start = System.nanoTime();
        try {
            while (true) {
                try {
                    return isAnswered(listener.probe(connection), System.nanoTime());
                } catch (ExecutionException e) {
                    if (!isBehind(e)) {
                        log.warn("Redis did not answer a probe of {}: {}", name, e.toString());
                        return false;
                    }
                    log.debug("a probe of {} stands behind what has come, another one", name);
                }
            }
        } catch (RuntimeException e) {
            log.warn("Redis was not asked by a probe of {}: {}", name, e.toString());
            return false;
        } finally {
            latencyMs = (System.nanoTime() - start) / 1e6;
        }
    }

    /**
     * The driver has given the probe up, but what was sent before it is still coming, or was not
     * looked for.
     */
    private boolean isBehind(ExecutionException failure) throws InterruptedException {
        return failure.getCause() instanceof RedisCommandTimeoutException && !isSilent();
    }

    /** Or is at least not silent: then the probe stands behind other things. */
    private boolean isAnswered(RedisFuture<?> answer, long start)
            throws InterruptedException, ExecutionException {
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
            try {
                answer.get(TICK_MS, TimeUnit.MILLISECONDS);
                heard();
                return true;
            } catch (TimeoutException e) {
                if (answers.isSilent(nowMs())) {
                    break;
                }
            }
        }
        if (isSilent()) {
            log.warn("Redis did not answer a probe of {} in {} ms", name, timeoutMs);
            return false;
        }
        return true;
    }

    /**
     * Closes the connection and waits a moment until it is. One that was never started stays so.
     */
    @Override
    public void close() {
        closed = true;
        if (!thread.isAlive()) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the wait when the driver sees the connection close. */
    private record Closing(CountDownLatch gone) implements RedisConnectionStateListener {
        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            gone.countDown();
        }
    }
}
