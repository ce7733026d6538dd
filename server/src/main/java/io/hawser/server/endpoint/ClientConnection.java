package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ChannelOptions.Priority;
import io.hawser.server.config.ChannelOptions.SlowConsumer;
import io.hawser.server.protocol.BadFrameException;
import io.hawser.server.protocol.Command;
import io.hawser.server.protocol.Decoded;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.Request;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Connection;
import io.hawser.server.session.Emulation;
import io.hawser.server.websocket.Frames;
import io.hawser.server.websocket.SocketOwner;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One client's way out, over a WebSocket or an HTTP response. What is sent within a batch of the
 * I/O thread leaves in one write at its end; what the socket does not take waits in a queue of
 * bounded size. All state is touched on the I/O thread only.
 */
final class ClientConnection implements Connection, SocketOwner {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

    /** How long a client may take to answer a close frame, or to read what is still queued. */
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private static final byte[] NO_DATA = {};

    private final String id;
    private final String address;
    private final WireForm form;
    private final Wire wire;
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

    /** The peer began to close, or does not answer a close: there is nothing to wait for then. */
    private boolean endsWhenDrained;

    private boolean gone;

    ClientConnection(
            String id, String address, WireForm form, Wire wire, IoLoop loop, boolean framePings) {
        this.id = id;
        this.address = address;
        this.form = form;
        this.wire = wire;
        this.loop = loop;
        this.framePings = framePings;
    }

    /** Gives the connection its session; called once, before anything is received. */
    void open(ClientSession newSession) {
        session = newSession;
        loop.add(this);
    }

    /** A message of the client. */
    void received(byte[] message) {
        session().received(unidirectional() ? connectOf(message) : form.codec().decode(message));
    }

    /** A unidirectional client says one thing, its connect request. A second is a bad request. */
    private Decoded connectOf(byte[] message) {
        try {
            Request connect = form.codec().decodeConnect(message);
            return new Decoded(List.of(new Command(0, connect)), null);
        } catch (BadFrameException e) {
            return new Decoded(List.of(), e.getMessage());
        }
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
        String name =
                switch (form.packing()) {
                    case FRAMES -> "websocket";
                    case EVENTS -> "sse";
                    case STREAM -> "http_stream";
                };
        return unidirectional() ? "uni_" + name : name;
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Emulation emulation() {
        return wire.emulation();
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
    public void attach(String channel, ChannelOptions options, boolean joinLeave) {
        Membership added = loop.attach(channel, options, this, joinLeave);
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
    private boolean waits() {
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
            wire.terminate(false);
            return;
        }
        if (waitingBytes() > loop.limits().maxQueueBytes() && closing == null) {
            tooSlow();
        } else if (endsWhenDrained && isDrained()) {
            wire.terminate(false);
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
        int written = wire.write(frame.from(0));
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
            long written = wire.write(buffers, count);
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
        if (queue != null) {
            queue.blocked(System.currentTimeMillis());
            queue.retain();
        }
        wire.awaitWritable();
    }

    private int waitingBytes() {
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
        wire.terminate(true);
    }

    @Override
    public void close(Disconnect reason) {
        if (closing != null) {
            return;
        }
        var push = new Push.DisconnectPush(reason);
        if (unidirectional()) {
            send(form.codec().encodeUni(push));
        } else if (form.packing() != Packing.FRAMES) {
            send(form.codec().encode(push));
        }
        corked = false;
        last(reason, wire.goodbye(reason));
    }

    private void last(Disconnect reason, byte @Nullable [] goodbye) {
        closing = reason;
        closeDeadlineMs = System.currentTimeMillis() + CLOSE_TIMEOUT_MS;
        sealReplies();
        if (goodbye == null) {
            endsWhenDrained = true;
        } else {
            enqueue(Frame.of(goodbye));
        }
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
            endsWhenDrained = true;
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
            wire.terminate(true);
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
