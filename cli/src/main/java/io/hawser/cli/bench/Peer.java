package io.hawser.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * One connection, from its first byte to its last. Confined to its event loop, but for what says
 * otherwise.
 */
abstract class Peer extends ChannelInboundHandlerAdapter implements Wire.Messages {
    private static final byte[] NOTHING = {};
    private static final byte[] STATUS_101 = "HTTP/1.1 101 ".getBytes(US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    /** Hears what becomes of connections, on their event loops. */
    interface Watch {
        void handshaken(Peer peer);

        void ready(Peer peer);

        /** It will not become ready. */
        void failed(Peer peer, String reason);

        /** It was ready. */
        void lost(Peer peer, String reason);
    }

    /** How far a connection is. */
    private enum State {
        HANDSHAKE,
        JOINING,
        READY,
        OVER
    }

    final Inbox inbox;
    private final Target target;
    private final Watch watch;

    /** Bytes of a frame that has not arrived whole. */
    byte[] rest = NOTHING;

    private volatile State state = State.HANDSHAKE;
    private volatile @Nullable Channel channel;
    private volatile long begunNs;
    private int closeCode;

    Peer(Inbox inbox, Target target, Watch watch) {
        this.inbox = inbox;
        this.target = target;
        this.watch = watch;
    }

    /** The connection attempt was due then. From any thread, before it begins. */
    void begins(long timeNs) {
        begunNs = timeNs;
    }

    long begunNs() {
        return begunNs;
    }

    Target target() {
        return target;
    }

    boolean isHandshaking() {
        return state == State.HANDSHAKE;
    }

    /** From any thread. */
    boolean isReady() {
        return state == State.READY;
    }

    /** From any thread. */
    boolean isOver() {
        return state == State.OVER;
    }

    /** From any thread; null until it is connected. */
    @Nullable Channel channel() {
        return channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        if (isOver()) {
            var _ = context.close();
            return;
        }
        var _ = context.writeAndFlush(Unpooled.wrappedBuffer(target.request()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!isOver()) {
                inbox.read(this, in);
                readComplete();
            }
        } catch (BadMessageException e) {
            ends("bad_message");
            var _ = context.close();
        } finally {
            in.release();
        }
    }

    /** A whole read has been handed over as messages. */
    void readComplete() {}

    /** The head of the node's answer is {@code bytes} up to {@code end}. */
    void handshaken(byte[] bytes, int end) {
        if (!ByteScan.startsWith(bytes, 0, end, STATUS_101)) {
            String status = end < STATUS_AT + 3 ? "" : new String(bytes, STATUS_AT, 3, US_ASCII);
            fail("http_" + status);
        } else if (ByteScan.indexOf(bytes, 0, end, Target.ACCEPT) < 0) {
            fail("bad_accept");
        } else {
            state = State.JOINING;
            watch.handshaken(this);
            send(hello());
        }
    }

    /** What a client says first: commands. */
    abstract byte[] hello();

    @Override
    public final void message(byte[] bytes, int from, int to) {
        switch (state) {
            case JOINING -> join(bytes, from, to);
            case READY -> received(bytes, from, to);
            case HANDSHAKE, OVER -> {}
        }
    }

    private void join(byte[] bytes, int from, int to) {
        if (inbox.wire().isPing(bytes, from, to)) {
            send(inbox.wire().pong());
            return;
        }
        int id = inbox.wire().replyId(bytes, from, to);
        int error = id == 0 ? 0 : inbox.wire().errorCode(bytes, from, to);
        if (error != 0) {
            fail((id == Wire.CONNECT_ID ? "connect_error_" : "subscribe_error_") + error);
        } else if (id == lastJoinId()) {
            state = State.READY;
            watch.ready(this);
        }
    }

    /** The command whose reply makes the connection ready. */
    abstract int lastJoinId();

    /** A message to a connection that is ready. */
    abstract void received(byte[] bytes, int from, int to);

    /** Sends commands in a frame. */
    final void send(byte[] commands) {
        int opcode = inbox.wire().text() ? ClientFrame.TEXT : ClientFrame.BINARY;
        write(ClientFrame.of(opcode, commands));
    }

    final void pong(byte[] payload) {
        write(ClientFrame.of(ClientFrame.PONG, payload));
    }

    private void write(byte[] frame) {
        Channel open = channel;
        if (open != null) {
            var _ = open.writeAndFlush(Unpooled.wrappedBuffer(frame));
        }
    }

    /** The node says good-bye. */
    final void closing(int code) {
        closeCode = code;
        ends("close_" + code);
        close();
    }

    final void fail(String reason) {
        ends(reason);
        close();
    }

    private void ends(String reason) {
        State was = state;
        if (was == State.OVER) {
            return;
        }
        state = State.OVER;
        if (was == State.READY) {
            watch.lost(this, reason);
        } else {
            watch.failed(this, reason);
        }
    }

    private void close() {
        Channel open = channel;
        if (open != null) {
            var _ = open.close();
        }
    }

    /** We have seen enough. From any thread. */
    final void leave() {
        Channel open = channel;
        if (open == null) {
            return;
        }
        open.eventLoop()
                .execute(
                        () -> {
                            state = State.OVER;
                            byte[] normal = {0x03, (byte) 0xe8};
                            ChannelFuture said =
                                    open.writeAndFlush(
                                            Unpooled.wrappedBuffer(
                                                    ClientFrame.of(ClientFrame.CLOSE, normal)));
                            var _ = said.addListener(ChannelFutureListener.CLOSE);
                        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ends(closeCode == 0 ? "closed" : "close_" + closeCode);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ends(cause instanceof IOException ? "reset" : "error_" + cause.getClass().getSimpleName());
        var _ = context.close();
    }
}
