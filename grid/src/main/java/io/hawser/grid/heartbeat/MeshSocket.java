package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The datagrams of the mesh: all come in at one socket, and each node has a {@link MeshLine}. For
 * one thread, but for {@link #wake} and {@link #close}.
 */
final class MeshSocket implements AutoCloseable {
    /** Room for the heartbeats that come while the thread does not run. */
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    private final DatagramChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(HeartbeatCodec.MAX_BYTES);
    private final MeshCounters counters;
    private final InetSocketAddress local;

    /** By node. */
    private final Map<String, MeshLine> lines = new ConcurrentHashMap<>();

    private @Nullable SocketAddress from;

    MeshSocket(InetSocketAddress local, MeshCounters counters) throws IOException {
        this.counters = counters;
        this.local = local;
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
        selector.select(
                key -> {
                    if (key.attachment() instanceof MeshLine line) {
                        line.ready();
                    }
                },
                ms);
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

    /** The node is there from now on. */
    void listensAt(String node, InetSocketAddress to) {
        MeshLine known = lines.get(node);
        if (known == null || !known.to.equals(to)) {
            if (known != null) {
                known.close();
            }
            lines.put(node, new MeshLine(local.getAddress(), to, selector));
        }
    }

    /** What cannot be sent is lost, as it may be anywhere on its way. */
    void send(byte[] datagram, String node) {
        MeshLine line = lines.get(node);
        if (line != null) {
            (line.send(datagram) ? counters.sent : counters.failed).increment();
        }
    }

    /** Tells of nodes at whose port nobody listened since the last call. */
    void closedPorts(Consumer<String> told) {
        lines.forEach(
                (node, line) -> {
                    if (line.takeClosedPort()) {
                        told.accept(node);
                    }
                });
    }

    /** Nothing is sent to others any more. */
    void retain(Set<String> nodes) {
        lines.entrySet()
                .removeIf(
                        line -> {
                            boolean over = !nodes.contains(line.getKey());
                            if (over) {
                                line.getValue().close();
                            }
                            return over;
                        });
    }

    @Override
    public void close() throws IOException {
        lines.values().forEach(MeshLine::close);
        selector.close();
        channel.close();
    }
}
