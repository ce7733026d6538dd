package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;
import io.hawser.server.config.ChannelOptions;
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
import io.hawser.server.uring.SendRing;
import io.hawser.server.websocket.Frames;
import io.hawser.server.websocket.SocketOwner;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One client's connection, over a WebSocket or an HTTP response, from its handshake to its end.
 * What is sent goes by its {@link Outbox}. All state is touched on the I/O thread only.
 */
final class ClientConnection implements Connection, SocketOwner {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

    /** How long a client may take to answer a close frame, or to read what is still queued. */
    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final byte[] NO_DATA = {};

    private final String id;
    private final String address;
    private final WireForm form;
    private final Wire wire;
    private final IoLoop loop;
    private final boolean framePings;
    private final Memberships memberships = new Memberships();
    private final Outbox out;

    private @Nullable ClientSession session;
    private @Nullable Disconnect closing;

    /** By {@code nanoTime}; counts once it is closing. */
    private long closeDeadlineNanos;

    private boolean dirty;

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
        this.out = new Outbox(form, wire, loop, memberships);
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

    /** True unless it is ending or gone. */
    boolean stays() {
        return closing == null && !gone;
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
    public void execute(Runnable task, ChannelOptions about) {
        loop.execute(task, about.priority());
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
        memberships.attach(channel, options, this, selection, loop);
    }

    @Override
    public void detach(String channel) {
        memberships.detach(channel, loop);
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
        if (closing == null) {
            out.reply(message, lane);
            loop.counters().sent.increment();
            markDirty();
        }
    }

    /**
     * What a channel's subscribers get.
     *
     * @param lane the lane it is to go in
     */
    void push(Frame frame, ChannelOptions options, Priority lane) {
        if (closing == null) {
            out.push(frame, options, lane);
            markDirty();
        }
    }

    /** True if what comes now cannot leave with this batch. */
    boolean waits() {
        return out.waits();
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.markDirty(this);
        }
    }

    @Override
    public void cork() {
        out.cork();
    }

    @Override
    public void uncork(EncodedMessage first) {
        if (closing == null) {
            out.uncork(first);
            loop.counters().sent.increment();
            markDirty();
        }
    }

    /** The end of a batch: writes what the socket takes, keeps the rest. */
    void flush() {
        dirty = false;
        if (gone) {
            return;
        }
        try {
            out.flush();
        } catch (IOException e) {
            log.debug("writing failed", e);
            wire.terminate(false);
            return;
        }
        afterWrite();
    }

    /**
     * The end of a batch: adds what there is to the ring, if that can send it; {@link #sent} and
     * {@link #flushed} follow then, before anything else. False if {@link #flush} has to.
     */
    boolean offer(SendRing ring) {
        if (gone || !out.offer(ring)) {
            return false;
        }
        dirty = false;
        return true;
    }

    /**
     * What the ring has sent.
     *
     * @param result as {@link SendRing#result} tells it
     */
    void sent(int result) {
        if (result >= 0 || result == SendRing.WOULD_BLOCK) {
            out.sent(Math.max(result, 0));
        }
    }

    /** What follows from it. */
    void flushed(int result) {
        if (gone) {
            return;
        }
        if (result < 0 && result != SendRing.WOULD_BLOCK) {
            log.debug("sending failed, errno {}", -result);
            wire.terminate(false);
        } else {
            afterWrite();
        }
    }

    /** Nobody knows what of its bytes has left. */
    void broken() {
        if (!gone) {
            wire.terminate(true);
        }
    }

    private void afterWrite() {
        if (closing == null) {
            if (!out.bound(loop.limits())) {
                tooSlow();
            }
        } else if (endsWhenDrained && out.isDrained()) {
            wire.terminate(false); // the peer's close is answered
        }
    }

    /** What the admin API tells of it; null while the socket takes all that is sent. */
    @Nullable SlowConsumer slow() {
        return session == null ? null : out.slow(id, session.user(), address);
    }

    /** Bytes that the socket has not taken yet. */
    long waitingBytes() {
        return out.waitingBytes();
    }

    @Override
    public void writable() {
        out.writable();
        flush();
    }

    /** A client that does not read is cut off: a close frame would not reach it either. */
    private void tooSlow() {
        closing = Disconnect.SLOW;
        closeDeadlineNanos = System.nanoTime();
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
        closeDeadlineNanos = System.nanoTime() + CLOSE_TIMEOUT_NANOS;
        if (goodbye == null) {
            endsWhenDrained = true;
        }
        out.end(goodbye);
        markDirty();
    }

    // What the socket asks for

    @Override
    public void send(byte[] frame) {
        if (closing == null) {
            out.frame(Frame.of(frame));
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

    @Override
    public void turnEnded() {
        loop.breathe();
    }

    // Time and end

    /** This thread did not run for a while: what clients sent meanwhile is not read yet. */
    void stalled(long ms) {
        if (!gone) {
            session().stalled(ms);
        }
    }

    /**
     * Time goes on.
     *
     * @param nowMs milliseconds since 1970, for what tokens say
     * @param nanos {@code nanoTime}, for what lasts: the wall clock may be set meanwhile
     */
    void tick(long nowMs, long nanos) {
        if (gone) {
            return;
        }
        if (closing == null) {
            session().tick(nowMs);
        } else if (nanos - closeDeadlineNanos > 0) {
            wire.terminate(true);
        }
    }

    /** The socket is closed, by whomever. */
    void closed() {
        if (closing == null) {
            closing = Disconnect.CONNECTION_CLOSED;
        }
        gone = true;
        out.release();
        loop.depart(this);
    }

    /** The end of it, some moments later. */
    void departed() {
        session().closed(closing == null ? Disconnect.CONNECTION_CLOSED : closing);
        loop.remove(this);
    }
}
