package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * What is sent to one node. Its socket is connected to the node's port, since only then the kernel
 * hands on that nobody listens there (ICMP port unreachable, RFC 1122 4.1.3.3): the host of a
 * process that is gone says so at once. Heartbeats do not come here. For one thread.
 */
final class MeshLine {
    private static final Logger log = LoggerFactory.getLogger(MeshLine.class);

    /** Nothing is expected; more than so many are left for the next turn. */
    private static final int MAX_READS = 16;

    private final InetAddress from;
    final InetSocketAddress to;
    private final Selector selector;
    private final ByteBuffer unexpected = ByteBuffer.allocate(1);
    private @Nullable DatagramChannel channel;
    private boolean failing;
    private boolean closedPort;

    MeshLine(InetAddress from, InetSocketAddress to, Selector selector) {
        this.from = from;
        this.to = to;
        this.selector = selector;
    }

    /**
     * What cannot be sent is lost, as it may be anywhere on its way.
     *
     * @return false if it could not be sent
     */
    boolean send(byte[] datagram) {
        try {
            write(datagram);
            failing = false;
            return true;
        } catch (PortUnreachableException e) {
            log.trace("nobody listens at {}", to, e);
            closedPort = true;
        } catch (IOException e) {
            if (!failing) {
                log.warn("heartbeats cannot be sent to {}", to, e);
            }
            failing = true;
            close(); // its address may be gone, a new socket gets what is there
        }
        return false;
    }

    /** What is reported instead of sending concerns the datagram before: then once more. */
    private void write(byte[] datagram) throws IOException {
        DatagramChannel open = open();
        try {
            open.write(ByteBuffer.wrap(datagram));
        } catch (PortUnreachableException e) {
            log.trace("nobody listened at {}", to, e);
            closedPort = true;
            open.write(ByteBuffer.wrap(datagram));
        }
    }

    private DatagramChannel open() throws IOException {
        DatagramChannel open = channel;
        if (open == null) {
            open = DatagramChannel.open();
            channel = open;
            open.bind(new InetSocketAddress(from, 0));
            open.configureBlocking(false);
            open.connect(to);
            open.register(selector, SelectionKey.OP_READ, this);
        }
        return open;
    }

    /** The kernel has something to say. */
    void ready() {
        DatagramChannel open = channel;
        try {
            for (int i = 0; i < MAX_READS && open != null; i++) {
                unexpected.clear();
                if (open.read(unexpected) == 0) {
                    return;
                }
            }
        } catch (PortUnreachableException e) {
            log.trace("nobody listens at {}", to, e);
            closedPort = true;
        } catch (IOException e) {
            log.debug("the socket to {} failed", to, e);
            close();
        }
    }

    /** Whether nobody listened there, since this was last asked. */
    boolean takeClosedPort() {
        boolean was = closedPort;
        closedPort = false;
        return was;
    }

    void close() {
        DatagramChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                log.debug("the socket to {} did not close", to, e);
            }
        }
    }
}
