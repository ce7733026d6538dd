package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ChannelOptions.Priority;
import io.hawser.server.config.ChannelOptions.SlowConsumer;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Connection;
import io.hawser.server.session.Selection;
import io.hawser.server.websocket.Frames;
import io.hawser.server.websocket.SocketOut;
import io.hawser.server.websocket.SocketOwner;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One WebSocket's way out. What is sent within a batch of the I/O thread leaves in one write at its
 * end; what the socket does not take waits in a queue of bounded size. All state is touched on the
 * I/O thread only.
 */
final class WebSocketConnection implements Connection, SocketOwner {
    private static final Logger log = LoggerFactory.getLogger(WebSocketConnection.class);

    /** How long a client may take to answer a close frame, or to read what is still queued. */
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private static final byte[] NO_DATA = {};

    private final String id;
    private final String address;
    private final WireForm form;
    private final SocketOut socket;
    private final IoLoop loop;
    private final boolean framePings;

    /** Replies of this batch that are not in a frame yet. */
    private @Nullable List<EncodedMessage> replies;

    /** The only frame that waits, whole; null if none or several do. */
    private @Nullable Frame single;

    private Priority singlePriority = Priority.NORMAL;

    private @Nullable OutQueue queue;
    private @Nullable Membership memberships;
    private @Nullable ClientSession session;
    private @Nullable Disconnect closing;
    private long closeDeadlineMs;
    private boolean dirty;
    private boolean corked;

    /** The socket is full: it says when to go on. */
    private boolean blocked;

    /** The peer began to close: once it has its answer there is nothing to wait for. */
    private boolean peerClosed;

    private boolean gone;

    WebSocketConnection(
            String id,
            String address,
            WireForm form,
            SocketOut socket,
            IoLoop loop,
            boolean framePings) {
        this.id = id;
        this.address = address;
        this.form = form;
        this.socket = socket;
        this.loop = loop;
        this.framePings = framePings;
    }

    /** Gives the connection its session; called once, before anything is received. */
    void open(ClientSession newSession) {
        session = newSession;
        loop.add(this);
    }

    ClientSession session() {
        if (session == null) {
            throw new IllegalStateException("connection without a session");
        }
        return session;
    }

    WireForm form() {
        return form;
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
    public boolean framePings() {
        return framePings;
    }

    @Override
    public void ping() {
        send(Frames.ping(NO_DATA));
    }

    // Channels

    @Override
    public void attach(String channel, ChannelOptions options, Selection selection) {
        Membership added = loop.attach(channel, options, this, selection);
        added.next = memberships;
        memberships = added;
    }

    @Override
    public void detach(String channel) {
        Membership before = null;
        for (Membership m = memberships; m != null; m = m.next) {
            if (m.channel.channel().equals(channel)) {
                if (before == null) {
                    memberships = m.next;
                } else {
                    before.next = m.next;
                }
                loop.detach(m);
                return;
            }
            before = m;
        }
    }

    // Out

    @Override
    public void send(EncodedMessage message) {
        if (closing != null) {
            return;
        }
        if (replies == null) {
            replies = new ArrayList<>(2);
        }
        replies.add(message);
        loop.counters().sent.increment();
        markDirty();
    }

    /** What a channel's subscribers get. */
    void push(Frame frame, ChannelOptions options) {
        if (closing == null) {
            sealReplies();
            if (waits() && frame.droppableBy() != null) {
                enqueueDroppable(frame, options);
            } else {
                enqueue(frame, options.priority());
            }
            markDirty();
        }
    }

    /** True if what comes now cannot leave with this batch. */
    boolean waits() {
        return blocked || corked;
    }

    private void enqueueDroppable(Frame frame, ChannelOptions options) {
        Frame waiting = frame;
        if (options.slowConsumer() == SlowConsumer.LATEST) {
            waiting = frame.newest();
            if (queue != null && frame.droppableBy() != null) {
                queue.dropOf(frame.droppableBy(), options.priority());
            }
        }
        enqueue(waiting, options.priority());
        if (queue != null && queue.bytes() > loop.limits().maxQueueBytes()) {
            queue.dropUntil(loop.limits().maxQueueBytes());
        }
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.markDirty(this);
        }
    }

    private void sealReplies() {
        List<EncodedMessage> messages = replies;
        if (messages != null) {
            replies = null;
            enqueue(loop.writer().write(form, messages));
        }
    }

    private void enqueue(Frame frame) {
        enqueue(frame, Priority.NORMAL);
    }

    private void enqueue(Frame frame, Priority priority) {
        if (waits()) {
            frame.retain();
        }
        if (queue == null && single == null && !waits()) {
            single = frame;
            singlePriority = priority;
            return;
        }
        if (queue == null) {
            queue = loop.borrowQueue();
            if (single != null) {
                queue.add(single, singlePriority);
                single = null;
            }
        }
        queue.add(frame, priority);
    }

    @Override
    public void cork() {
        corked = true;
    }

    @Override
    public void uncork(EncodedMessage first) {
        corked = false;
        if (closing != null) {
            return;
        }
        sealReplies();
        Frame head = loop.writer().write(form, List.of(first));
        loop.counters().sent.increment();
        if (queue == null) {
            enqueue(head);
        } else {
            queue.addFirst(head);
        }
        markDirty();
    }

    /** The end of a batch: writes what the socket takes, keeps the rest. */
    void flush() {
        dirty = false;
        if (gone) {
            return;
        }
        sealReplies();
        try {
            if (!blocked && !corked) {
                write();
            }
        } catch (IOException e) {
            log.debug("writing failed", e);
            socket.terminate(false);
            return;
        }
        if (waitingBytes() > loop.limits().maxQueueBytes() && closing == null) {
            tooSlow();
        } else if (peerClosed && isDrained()) {
            socket.terminate(false); // the peer's close is answered
        }
    }

    private void write() throws IOException {
        if (single != null) {
            writeSingle(single);
        } else if (queue != null) {
            writeQueue(queue);
        }
    }

    private void writeSingle(Frame frame) throws IOException {
        int written = socket.write(frame.from(0));
        single = null;
        if (written < frame.size()) {
            OutQueue rest = loop.borrowQueue();
            rest.addFirst(frame);
            rest.wrote(written);
            queue = rest;
            block();
        }
    }

    private void writeQueue(OutQueue waiting) throws IOException {
        ByteBuffer[] buffers = loop.gatherBuffers();
        while (!waiting.isEmpty()) {
            int count = waiting.gather(buffers);
            long offered = 0;
            for (int i = 0; i < count; i++) {
                offered += buffers[i].remaining();
            }
            long written = socket.write(buffers, count);
            waiting.wrote(written);
            if (written < offered) {
                block();
                return;
            }
        }
        queue = null;
        giveBack(waiting);
    }

    private void giveBack(OutQueue done) {
        loop.counters().dropped.add(done.dropped());
        loop.giveBack(done);
    }

    private void block() {
        blocked = true;
        forgetBases();
        if (queue != null) {
            queue.blocked(System.currentTimeMillis());
            queue.retain();
        }
        socket.awaitWritable();
    }

    /** Publications that have not been offered may be dropped from here on, so none is built on. */
    private void forgetBases() {
        for (Membership m = memberships; m != null; m = m.next) {
            if (m.channel.options().slowConsumer().drops()) {
                m.base = Delivery.NONE;
            }
        }
    }

    int waitingBytes() {
        if (queue != null) {
            return queue.bytes();
        }
        return single == null ? 0 : single.size();
    }

    private boolean isDrained() {
        return single == null && queue == null && replies == null;
    }

    @Override
    public void writable() {
        blocked = false;
        flush();
    }

    /** A client that does not read is cut off: a close frame would not reach it either. */
    private void tooSlow() {
        closing = Disconnect.SLOW;
        socket.terminate(true);
    }

    @Override
    public void close(Disconnect reason) {
        if (closing != null) {
            return;
        }
        if (unidirectional()) {
            send(form.codec().encodeUni(new Push.DisconnectPush(reason)));
        }
        corked = false;
        socket.closing();
        last(reason, Frames.close(reason.code(), reason.reason()));
    }

    private void last(Disconnect reason, byte[] closeFrame) {
        closing = reason;
        closeDeadlineMs = System.currentTimeMillis() + CLOSE_TIMEOUT_MS;
        sealReplies();
        enqueue(Frame.of(closeFrame));
        markDirty();
    }

    // What the socket asks for

    @Override
    public void send(byte[] frame) {
        if (closing == null) {
            sealReplies();
            enqueue(Frame.of(frame));
            markDirty();
        }
    }

    @Override
    public void sendLast(byte[] frame) {
        if (closing == null) {
            corked = false;
            peerClosed = true;
            last(Disconnect.CONNECTION_CLOSED, frame);
        }
    }

    @Override
    public void fail(byte[] frame) {
        if (closing == null) {
            corked = false;
            last(Disconnect.BAD_REQUEST, frame);
            session().closed(Disconnect.BAD_REQUEST);
        }
    }

    @Override
    public void pong() {
        session().framePong();
    }

    // Time and end

    void tick(long nowMs) {
        if (closing != null && nowMs > closeDeadlineMs) {
            socket.terminate(true);
        } else if (closing == null) {
            session().tick(nowMs);
        }
    }

    /** The socket is closed, by whomever. */
    void closed() {
        if (closing == null) {
            closing = Disconnect.CONNECTION_CLOSED;
        }
        gone = true;
        session().closed(closing);
        release();
        loop.remove(this);
    }

    private void release() {
        replies = null;
        single = null;
        if (queue != null) {
            giveBack(queue);
            queue = null;
        }
    }
}
