package io.hawser.server.websocket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;
import org.xnio.StreamConnection;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes sockets on a thread of its own. On an I/O thread XNIO would run a whole select for each of
 * them, so that a thousand clients who vanish together would hold up all others. What waits here is
 * bounded by the number of connections. Thread-safe.
 */
public final class SocketCloser implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SocketCloser.class);

    private record Doomed(StreamConnection connection, boolean abort) {}

    private final Deque<Doomed> waiting = new ArrayDeque<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("closer").unstarted(this::run);
    private boolean stopping;

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
        synchronized (waiting) {
            waiting.add(new Doomed(connection, abort));
            waiting.notifyAll();
        }
    }

    private void run() {
        for (Doomed next = take(); next != null; next = take()) {
            try {
                if (next.abort) {
                    next.connection.setOption(Options.CLOSE_ABORT, true);
                }
                next.connection.close();
            } catch (IOException e) {
                log.debug("closing a socket failed", e);
            }
        }
    }

    private @Nullable Doomed take() {
        synchronized (waiting) {
            while (waiting.isEmpty() && !stopping) {
                try {
                    waiting.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return null;
                }
            }
            return waiting.poll();
        }
    }

    /** Ends once everything that waits is closed; does not wait for that. */
    @Override
    public void close() {
        synchronized (waiting) {
            stopping = true;
            waiting.notifyAll();
        }
    }
}
