package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ChannelOptions.Priority;
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
import io.hawser.server.session.Selection;
import io.hawser.server.session.SlowConsumer;
import io.hawser.server.websocket.Frames;
import io.hawser.server.websocket.SocketOwner;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One client's way out, over a WebSocket or an HTTP response. What is sent within a batch of the
 * I/O thread leaves in one write at its end; what the socket does not take waits in a queue of
 * bounded size. All state is touched on the I/O thread only.
 */
final class ClientConnection implements Connection, SocketOwner {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

    /** How long a client may take to answer a close frame, or to read what is still queued. */
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    /** A reply of this size has a frame of its own, in bytes. */
    private static final int LARGE_REPLY = 16 * 1024;

    private static final byte[] NO_DATA = {};

    private final String id;
    private final String address;
    private final WireForm form;
    private final Wire wire;
    private final IoLoop loop;
    private final boolean framePings;

    /** Replies of this batch that are not in a frame yet, all of one lane. */
    private @Nullable List<EncodedMessage> replies;

    private Priority repliesLane = Priority.NORMAL;

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
        send(message, Priority.NORMAL);
    }

    @Override
    public void send(EncodedMessage message, ChannelOptions about) {
        send(message, about.priority());
    }

    private void send(EncodedMessage message, Priority lane) {
        if (closing != null) {
            return;
        }
        boolean alone = message.size() >= LARGE_REPLY;
        if (alone || lane != repliesLane) {
            sealReplies();
        }
        if (replies == null) {
            replies = new ArrayList<>(2);
        }
        replies.add(message);
        repliesLane = lane;
        if (alone) {
            sealReplies();
        }
        loop.counters().sent.increment();
        markDirty();
    }

    /** What a channel's subscribers get. */
    void push(Frame frame, ChannelOptions options) {
        if (closing == null) {
            sealReplies();
            ChannelSubscribers droppableBy = frame.droppableBy();
            if (waits()
                    && droppableBy != null
                    && options.slowConsumer() == ChannelOptions.SlowConsumer.LATEST) {
                enqueueNewest(frame, droppableBy, options.priority());
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

    private void enqueueNewest(Frame frame, ChannelSubscribers channel, Priority priority) {
        if (frame.isSuperseded()) {
            queue().lost(frame, this::lost);
        } else {
            queue().dropOf(channel, priority, this::lost);
            enqueue(frame, priority);
        }
    }

    private void lost(Frame frame) {
        loop.counters().dropped.add(frame.publications());
        for (Membership m = memberships; m != null; m = m.next) {
            if (m.channel == frame.droppableBy()) {
                m.base = Delivery.NONE;
            }
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
            enqueue(loop.writer().write(form, messages), repliesLane);
        }
    }

    private void enqueue(Frame frame, Priority priority) {
        if (waits()) {
            frame.retain();
        }
        if (queue == null && single == null && !waits()) {
            single = frame;
            singlePriority = priority;
        } else {
            queue().add(frame, priority);
        }
    }

    /** The queue, with what waited alone. */
    private OutQueue queue() {
        OutQueue waiting = queue;
        if (waiting == null) {
            waiting = loop.borrowQueue();
            queue = waiting;
            if (single != null) {
                waiting.add(single, singlePriority);
                single = null;
            }
        }
        return waiting;
    }

    @Override
    public void cork() {
        corked = true;
        if (single != null) {
            single.retain();
        }
        if (queue != null) {
            queue.retain();
        }
    }

    @Override
    public void uncork(EncodedMessage first) {
        if (closing != null) {
            return;
        }
        sealReplies();
        corked = false;
        Frame head = loop.writer().write(form, List.of(first));
        if (blocked) {
            head.retain();
        }
        queue().addFirst(head);
        loop.counters().sent.increment();
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
        if (closing == null && queue != null) {
            bound(queue);
        } else if (endsWhenDrained && isDrained()) {
            wire.terminate(false); // the peer's close is answered
        }
    }

    private void bound(OutQueue waiting) {
        int maxBytes = loop.limits().maxQueueBytes();
        waiting.dropUntil(maxBytes, this::lost);
        if (waiting.lasting() > maxBytes) {
            tooSlow();
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
        if (done.blockedSinceMs() != 0) {
            loop.counters().slow.decrement();
        }
        loop.giveBack(done);
    }

    private void block() {
        blocked = true;
        forgetBases();
        if (queue != null && queue.blockedSinceMs() == 0) {
            // Later on everything is retained when it is added.
            queue.retain();
            queue.dropSuperseded(this::lost);
            queue.blocked(System.currentTimeMillis());
            loop.counters().slow.increment();
        }
        wire.awaitWritable();
    }

    /** Publications that have not been offered may be dropped from here on, so none is built on. */
    private void forgetBases() {
        for (Membership m = memberships; m != null; m = m.next) {
            if (m.channel.options().slowConsumer().drops()) {
                m.base = Delivery.NONE;
            }
        }
    }

    /** What the admin API tells of it; null while the socket takes all that is sent. */
    @Nullable SlowConsumer slow() {
        OutQueue waiting = queue;
        if (waiting == null || !blocked || session == null) {
            return null;
        }
        Set<ChannelOptions.SlowConsumer> policies =
                EnumSet.noneOf(ChannelOptions.SlowConsumer.class);
        for (Membership m = memberships; m != null; m = m.next) {
            policies.add(m.channel.options().slowConsumer());
        }
        return new SlowConsumer(
                id,
                session.user(),
                address,
                waiting.blockedSinceMs(),
                waiting.bytes(),
                waiting.dropped(),
                policies);
    }

    /** Bytes that the socket has not taken yet. */
    long waitingBytes() {
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
        sealReplies(); // retained, since it comes while the socket is still blocked
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
        last(reason, wire.goodbye(reason));
    }

    private void last(Disconnect reason, byte @Nullable [] goodbye) {
        closing = reason;
        closeDeadlineMs = System.currentTimeMillis() + CLOSE_TIMEOUT_MS;
        if (corked) {
            uncorkForEnd();
        }
        sealReplies();
        if (goodbye == null) {
            endsWhenDrained = true;
        } else {
            queue().addLast(Frame.of(goodbye));
        }
        markDirty();
    }

    /** No connect reply comes, so that nothing which belongs behind it may go. */
    private void uncorkForEnd() {
        corked = false;
        if (queue != null && !blocked) {
            giveBack(queue);
            queue = null;
        }
    }

    // What the socket asks for

    @Override
    public void send(byte[] frame) {
        if (closing == null) {
            sealReplies();
            enqueue(Frame.of(frame), Priority.NORMAL);
            markDirty();
        }
    }

    @Override
    public void sendLast(byte[] frame, boolean answer) {
        if (closing == null) {
            endsWhenDrained = answer;
            last(Disconnect.CONNECTION_CLOSED, frame);
        }
    }

    @Override
    public void fail(byte[] frame) {
        if (closing == null) {
            last(Disconnect.BAD_REQUEST, frame);
            session().closed(Disconnect.BAD_REQUEST);
        }
    }

    @Override
    public void pong() {
        session().framePong();
    }

    // Time and end

    /** This thread did not run for a while: what clients sent meanwhile is not read yet. */
    void stalled(long ms) {
        if (!gone) {
            session().stalled(ms);
        }
    }

    void tick(long nowMs) {
        if (gone) {
            return;
        }
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
        release();
        loop.depart(this);
    }

    /** The end of it, some moments later. */
    void departed() {
        session().closed(closing == null ? Disconnect.CONNECTION_CLOSED : closing);
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
