package io.hawser.server.websocket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;
import org.xnio.StreamConnection;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes sockets on a thread of its own. On an I/O thread XNIO would run a whole select for each of
 * them, so that a thousand clients who vanish together would hold up all others. What waits here is
 * bounded by the number of connections. Thread-safe.
 */
public final class SocketCloser implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SocketCloser.class);

    /** Sockets closed at a stretch. */
    private static final int GROUP = 16;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private record Doomed(StreamConnection connection, boolean abort) {}

    private final Queue<Doomed> waiting = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("closer").unstarted(this::run);

    /** True while the thread sleeps; who sets it to false wakes it. */
    private final AtomicBoolean asleep = new AtomicBoolean();

    private volatile boolean stopping;

    /** From then on whoever closes a socket does it himself. */
    private volatile boolean ended;

    /** Starts the thread. */
    public static SocketCloser start() {
        var closer = new SocketCloser();
        closer.thread.start();
        return closer;
    }

    /**
     * Closes the connection soon.
     *
     * @param abort drop what the kernel still holds for a peer that does not read (SO_LINGER 0)
     */
    public void close(StreamConnection connection, boolean abort) {
        waiting.add(new Doomed(connection, abort));
        if (ended) {
            endAll();
        } else {
            wake();
        }
    }

    /** Takes no lock: I/O threads call it, all of them at once when many clients vanish. */
    private void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int closed = 0;
        for (Doomed next = take(); next != null; next = take()) {
            if (++closed % GROUP == 0) {
                // What is closed between two selects of the I/O thread is freed by it in one go.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            end(next);
        }
        ended = true;
        endAll(); // what came while nobody had seen that yet
    }

    private void endAll() {
        for (Doomed next = waiting.poll(); next != null; next = waiting.poll()) {
            end(next);
        }
    }

    private static void end(Doomed doomed) {
        if (doomed.abort) {
            lingerNot(doomed.connection);
        }
        try {
            doomed.connection.close();
        } catch (IOException | RuntimeException e) {
            log.debug("closing a socket failed", e); // also: its I/O thread has ended before it
        }
    }

    private static void lingerNot(StreamConnection connection) {
        try {
            connection.setOption(Options.CLOSE_ABORT, true);
        } catch (IOException e) {
            log.debug("a socket keeps what its peer has not read", e);
        }
    }

    /** The next one; waits for it. Null if none comes any more. */
    private @Nullable Doomed take() {
        while (true) {
            Doomed next = waiting.poll();
            if (next != null || stopping) {
                return next;
            }
            asleep.set(true);
            if (waiting.isEmpty() && !stopping) {
                LockSupport.park(this);
            }
            asleep.set(false);
            if (Thread.interrupted()) {
                stopping = true;
            }
        }
    }

    /** Ends once everything that waits is closed; does not wait for that. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
    }
}
