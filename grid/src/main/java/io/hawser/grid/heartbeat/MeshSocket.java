package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** The datagrams of the mesh. For one thread, but for {@link #wake} and {@link #close}. */
final class MeshSocket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MeshSocket.class);

    /** Room for the heartbeats that come while the thread does not run. */
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    private final DatagramChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(HeartbeatCodec.MAX_BYTES);
    private final MeshCounters counters;
    private boolean failing;
    private @Nullable SocketAddress from;

    MeshSocket(InetSocketAddress local, MeshCounters counters) throws IOException {
        this.counters = counters;
        channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            channel.bind(local);
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    int port() {
        try {
            SocketAddress address = channel.getLocalAddress();
            return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
        } catch (IOException e) {
            throw new IllegalStateException("the heartbeat socket is closed", e);
        }
    }

    /** Waits until something comes, the time is over, or {@link #wake}. */
    void await(long ms) throws IOException {
        selector.select(ms);
        selector.selectedKeys().clear();
    }

    void wake() {
        selector.wakeup();
    }

    /** The next datagram, valid until the next call; null if none has come. */
    @Nullable ByteBuffer receive() throws IOException {
        in.clear();
        from = channel.receive(in);
        return from == null ? null : in.flip();
    }

    /** Where the last datagram came from, as far as its sender can be believed. */
    @Nullable SocketAddress from() {
        return from;
    }

    /** What cannot be sent is lost, as it may be anywhere on its way. */
    void send(byte[] datagram, InetSocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(datagram), to);
            counters.sent.increment();
            failing = false;
        } catch (IOException e) {
            counters.failed.increment();
            if (!failing) {
                log.warn("heartbeats cannot be sent to {}", to, e);
            }
            failing = true;
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
