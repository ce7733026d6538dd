package io.hawser.server.endpoint;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Connection;
import io.hawser.server.session.SessionCounters;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;

import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One WebSocket. Messages wait in a queue of bounded size and leave as few frames as the framing
 * allows, one frame at a time: what comes while a frame is on its way joins the next one. All state
 * is touched on the I/O thread only.
 */
final class WebSocketConnection implements Connection {
    /** Messages are joined into frames of about this size, in bytes. */
    private static final int FRAME_BYTES = 64 * 1024;

    /** How long a client may take to answer a close frame, or to read what is still queued. */
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final String id;
    private final String address;
    private final WireForm form;
    private final WebSocketChannel socket;
    private final IoLoop loop;
    private final SessionCounters counters;
    private final int maxQueueBytes;

    private final ArrayDeque<EncodedMessage> queue = new ArrayDeque<>(2);
    private int queuedBytes;

    /** Bytes of the frame that Undertow has not written yet; 0 if it has nothing of ours. */
    private int writingBytes;

    private boolean dirty;
    private @Nullable List<Delivery> corked;
    private @Nullable Disconnect closing;
    private long closeDeadlineMs;
    private boolean closeSent;
    private @Nullable ClientSession session;

    WebSocketConnection(
            String id,
            String address,
            WireForm form,
            WebSocketChannel socket,
            IoLoop loop,
            SessionCounters counters,
            int maxQueueBytes) {
        this.id = id;
        this.address = address;
        this.form = form;
        this.socket = socket;
        this.loop = loop;
        this.counters = counters;
        this.maxQueueBytes = maxQueueBytes;
    }

    /**
     * Gives the connection its session; called once, before anything is received, on whatever
     * thread the handshake ended.
     */
    void open(ClientSession newSession) {
        session = newSession;
        counters.connections.increment();
        loop.execute(() -> loop.add(this));
    }

    ClientSession session() {
        if (session == null) {
            throw new IllegalStateException("connection without a session");
        }
        return session;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Encoding encoding() {
        return form.codec().encoding();
    }

    @Override
    public boolean unidirectional() {
        return form.unidirectional();
    }

    @Override
    public String transport() {
        return unidirectional() ? "uni_websocket" : "websocket";
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void attach(String channel, boolean joinLeave) {
        loop.attach(channel, this, joinLeave);
    }

    @Override
    public void detach(String channel) {
        loop.detach(channel, this);
    }

    // Out

    @Override
    public void send(EncodedMessage message) {
        if (closing != null) {
            return;
        }
        queue.add(message);
        queuedBytes += message.size();
        counters.sent.increment();
        if (queuedBytes + writingBytes > maxQueueBytes) {
            tooSlow();
        } else if (!dirty) {
            dirty = true;
            loop.markDirty(this);
        }
    }

    /** What the channel's subscribers get. */
    void deliver(Delivery delivery) {
        if (corked != null) {
            cork(corked, delivery);
            return;
        }
        counters.delivered.increment();
        send(delivery.in(form));
    }

    private void cork(List<Delivery> held, Delivery delivery) {
        held.add(delivery);
        queuedBytes += delivery.in(form).size();
        if (queuedBytes > maxQueueBytes) {
            tooSlow();
        }
    }

    @Override
    public void cork() {
        corked = new ArrayList<>(0);
    }

    @Override
    public void uncork(EncodedMessage first) {
        List<Delivery> held = corked;
        corked = null;
        queuedBytes = 0;
        send(first);
        if (held != null) {
            held.forEach(this::deliver);
        }
    }

    /** A client that does not read is cut off: a close frame would not reach it either. */
    private void tooSlow() {
        queue.clear();
        queuedBytes = 0;
        closing = Disconnect.SLOW;
        // Not at once: the caller may be walking over the channel's subscribers.
        loop.execute(
                () -> {
                    session().closed(Disconnect.SLOW);
                    gone();
                    IoUtils.safeClose(socket);
                });
    }

    @Override
    public void close(Disconnect reason) {
        if (closing != null) {
            return;
        }
        if (unidirectional()) {
            send(form.codec().encodeUni(new Push.DisconnectPush(reason)));
        }
        closing = reason;
        closeDeadlineMs = System.currentTimeMillis() + CLOSE_TIMEOUT_MS;
        flush();
    }

    /** A message was larger than allowed: WebSocket has a code of its own for that. */
    void closeOversized() {
        if (closing == null) {
            closing = Disconnect.BAD_REQUEST;
            closeDeadlineMs = System.currentTimeMillis() + CLOSE_TIMEOUT_MS;
            closeSent = true;
            WebSockets.sendClose(CloseMessage.MSG_TOO_BIG, "message too large", socket, null);
            session().closed(closing);
        }
    }

    /** Writes one frame of what waits, unless one is being written. */
    void flush() {
        dirty = false;
        if (writingBytes > 0) {
            return;
        }
        if (!queue.isEmpty()) {
            write(nextFrame());
        } else if (closing != null && !closeSent) {
            closeSent = true;
            WebSockets.sendClose(closing.code(), closing.reason(), socket, null);
        }
    }

    private byte[] nextFrame() {
        List<EncodedMessage> messages = new ArrayList<>(Math.min(queue.size(), 16));
        int bytes = 0;
        do {
            EncodedMessage message = queue.remove();
            messages.add(message);
            bytes += message.size();
        } while (form.framing().joins() && !queue.isEmpty() && bytes < FRAME_BYTES);
        queuedBytes -= bytes;
        return form.framing().join(messages);
    }

    private void write(byte[] frame) {
        // An empty frame (a unidirectional Protobuf ping) still is one being written.
        writingBytes = Math.max(1, frame.length);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        if (encoding().text()) {
            WebSockets.sendText(bytes, socket, new Written());
        } else {
            WebSockets.sendBinary(bytes, socket, new Written());
        }
    }

    /** Undertow calls back on the I/O thread, at once if the socket took the whole frame. */
    private final class Written implements WebSocketCallback<Void> {
        @Override
        public void complete(WebSocketChannel channel, @Nullable Void context) {
            writingBytes = 0;
            if (!queue.isEmpty() || closing != null) {
                loop.markDirty(WebSocketConnection.this);
            }
        }

        @Override
        public void onError(WebSocketChannel channel, @Nullable Void context, Throwable failure) {
            writingBytes = 0;
            IoUtils.safeClose(socket);
        }
    }

    // Time and end

    void tick(long nowMs) {
        if (closing != null && nowMs > closeDeadlineMs) {
            IoUtils.safeClose(socket);
            gone();
        } else if (closing == null) {
            session().tick(nowMs);
        }
    }

    /** The socket is closed, by whomever. */
    void closed(Disconnect reason) {
        if (closing == null) {
            closing = reason;
        }
        session().closed(closing);
        gone();
    }

    private void gone() {
        queue.clear();
        queuedBytes = 0;
        corked = null;
        if (loop.remove(this)) {
            counters.connections.decrement();
        }
    }
}
