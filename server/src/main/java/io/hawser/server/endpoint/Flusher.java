package io.hawser.server.endpoint;

import io.hawser.server.uring.IoUring;
import io.hawser.server.uring.SendRing;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes to all connections that have something to send: where there is io_uring, to many in one
 * system call. Confined to its I/O thread.
 */
final class Flusher {
    private static final Logger log = LoggerFactory.getLogger(Flusher.class);

    private final IoUring uring;
    private @Nullable SendRing ring;
    private boolean opened;

    /** Whom the ring sends to, in its order. */
    private final List<ClientConnection> sending = new ArrayList<>();

    /** Whom it does not send to. */
    private final List<ClientConnection> rest = new ArrayList<>();

    Flusher(IoUring uring) {
        this.uring = uring;
    }

    /** Writes what their sockets take, and lets each keep the rest. */
    void flush(List<ClientConnection> batch) {
        SendRing open = batch.size() == 1 ? null : ring();
        if (open == null) {
            flushEach(batch);
            return;
        }
        int next = 0;
        while (next < batch.size()) {
            next = offer(batch, next, open);
            if (!sending.isEmpty()) {
                send(open);
                sending.clear();
            }
        }
        flushEach(rest);
        rest.clear();
    }

    private @Nullable SendRing ring() {
        if (!opened) {
            opened = true;
            ring = uring.open();
        }
        return ring;
    }

    /** Nobody's state changes while others are still being added: no socket can be closed. */
    private int offer(List<ClientConnection> batch, int from, SendRing open) {
        int next = from;
        while (next < batch.size() && !open.isFull()) {
            ClientConnection connection = batch.get(next++);
            (connection.offer(open) ? sending : rest).add(connection);
        }
        return next;
    }

    private void send(SendRing open) {
        try {
            open.submit();
        } catch (IOException e) {
            log.error("io_uring failed; this thread does without it", e);
            close();
            for (ClientConnection connection : sending) {
                connection.broken();
            }
            return;
        }
        // All know what has left before the first of them ends.
        for (int i = 0; i < sending.size(); i++) {
            sending.get(i).sent(open.result(i));
        }
        for (int i = 0; i < sending.size(); i++) {
            flushedSafely(sending.get(i), open.result(i));
        }
    }

    private static void flushEach(List<ClientConnection> connections) {
        for (int i = 0; i < connections.size(); i++) {
            flushSafely(connections.get(i));
        }
    }

    /** Whatever fails for one, the others are flushed; without an object for each. */
    private static void flushSafely(ClientConnection connection) {
        try {
            connection.flush();
        } catch (RuntimeException e) {
            log.error("a connection could not be written to", e);
        }
    }

    private static void flushedSafely(ClientConnection connection, int result) {
        try {
            connection.flushed(result);
        } catch (RuntimeException e) {
            log.error("a connection could not be written to", e);
        }
    }

    /** Frees the ring; from now on each socket is written to on its own. */
    void close() {
        opened = true;
        if (ring != null) {
            ring.close();
            ring = null;
        }
    }
}
