package io.hawser.server.websocket;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.DelegateOpenListener;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The public port's first look at a connection: an upgrade request for a WebSocket path becomes a
 * {@link SocketSession} here, without the objects that an HTTP exchange leaves on a connection for
 * life; anything else goes to the HTTP server, with the bytes read so far. Thread-safe.
 */
public final class WebSocketFront implements ChannelListener<StreamConnection> {
    private static final Logger log = LoggerFactory.getLogger(WebSocketFront.class);

    private final DelegateOpenListener http;
    private final ByteBufferPool pool;
    private final Admission admission;
    private final Timeouts timeouts;
    private volatile Routes routes = new Routes(Map.of(), request -> null);

    /**
     * How long a client may take, in milliseconds.
     *
     * @param idleMs until the first byte of its request
     * @param headMs from there to the end of the request's head
     */
    public record Timeouts(int idleMs, int headMs) {}

    private record Routes(
            Map<String, WebSocketPath> paths, UpgradeGate gate, UpgradeParser parser) {
        Routes(Map<String, WebSocketPath> paths, UpgradeGate gate) {
            this(paths, gate, new UpgradeParser(paths.keySet()));
        }
    }

    /**
     * @param admission spreads handshakes that come at once
     * @param timeouts when a client that has not sent its request is closed
     * @param pool buffers of at least {@value UpgradeParser#MAX_HEAD_BYTES} bytes
     */
    public WebSocketFront(
            DelegateOpenListener http,
            ByteBufferPool pool,
            Admission admission,
            Timeouts timeouts) {
        this.http = http;
        this.pool = pool;
        this.admission = admission;
        this.timeouts = timeouts;
    }

    /** From now on these paths are served; before, everything is HTTP. */
    public void serve(Iterable<WebSocketPath> paths, UpgradeGate gate) {
        Map<String, WebSocketPath> byPath = new HashMap<>();
        paths.forEach(path -> byPath.put(path.config().getPath(), path));
        routes = new Routes(byPath, gate);
    }

    /** What spreads handshakes; connections of other kinds may be spread with them. */
    public Admission admission() {
        return admission;
    }

    @Override
    public void handleEvent(StreamConnection connection) {
        new Arrival(connection).begin();
    }

    /** A connection whose request is awaited. On its I/O thread. */
    private final class Arrival implements ChannelListener<ConduitStreamSourceChannel> {
        private final StreamConnection connection;
        private @Nullable PooledByteBuffer held;
        private XnioExecutor.@Nullable Key deadline;
        private boolean begun;

        Arrival(StreamConnection connection) {
            this.connection = connection;
        }

        void begin() {
            ConduitStreamSourceChannel source = connection.getSourceChannel();
            source.setReadListener(this);
            handleEvent(source);
            if (deadline == null && source.getReadListener() == this && source.isOpen()) {
                due(timeouts.idleMs());
                source.resumeReads();
            }
        }

        private void due(int ms) {
            if (deadline != null) {
                deadline.remove();
            }
            deadline =
                    connection.getIoThread().executeAfter(this::abandon, ms, TimeUnit.MILLISECONDS);
        }

        @Override
        public void handleEvent(ConduitStreamSourceChannel source) {
            PooledByteBuffer pooled = held == null ? pool.allocate() : held;
            held = pooled;
            ByteBuffer bytes = pooled.getBuffer();
            int count = read(source, bytes);
            if (count < 0) {
                abandon();
            } else if (count > 0) {
                look(source, bytes);
            } else if (bytes.position() == 0) {
                release(); // nobody waits with an empty buffer
            }
        }

        private int read(ConduitStreamSourceChannel source, ByteBuffer bytes) {
            try {
                return source.read(bytes);
            } catch (IOException e) {
                log.debug("reading a request failed", e);
                return -1;
            }
        }

        private void look(ConduitStreamSourceChannel source, ByteBuffer bytes) {
            int end = bytes.position();
            bytes.flip();
            Routes current = routes;
            switch (current.parser.parse(bytes, peer())) {
                case UpgradeParser.Outcome.Incomplete _ -> {
                    bytes.limit(bytes.capacity()).position(end);
                    if (!begun) {
                        begun = true;
                        due(timeouts.headMs());
                    }
                }
                case UpgradeParser.Outcome.Http _ -> hand(source);
                case UpgradeParser.Outcome.Upgrade upgrade -> {
                    bytes.position(upgrade.length());
                    arrived(source);
                    admit(current, upgrade.request(), bytes);
                }
            }
        }

        private InetAddress peer() {
            var address = connection.getPeerAddress(InetSocketAddress.class);
            return address == null ? InetAddress.getLoopbackAddress() : address.getAddress();
        }

        private void hand(ConduitStreamSourceChannel source) {
            arrived(source);
            PooledByteBuffer bytes = held;
            held = null;
            http.handleEvent(connection, bytes);
        }

        /** Now, some time later, or not at all. */
        private void admit(Routes current, UpgradeRequest request, ByteBuffer rest) {
            Refusal refusal = current.gate.refusal(request);
            long waitNanos = refusal == null ? admission.reserve() : 0;
            if (refusal != null) {
                refuse(refusal);
            } else if (waitNanos == Admission.REFUSED) {
                refuse(Refusal.unavailable("too many clients come at once"));
            } else if (waitNanos == 0) {
                upgrade(current, request, rest);
            } else {
                connection
                        .getIoThread()
                        .executeAfter(
                                () -> upgrade(current, request, rest),
                                waitNanos,
                                TimeUnit.NANOSECONDS);
            }
        }

        private void refuse(Refusal refusal) {
            release();
            try {
                write(UpgradeResponse.refused(refusal));
                connection.getSinkChannel().shutdownWrites();
            } catch (IOException e) {
                log.debug("refusing a WebSocket failed", e);
            }
            IoUtils.safeClose(connection);
        }

        private void upgrade(Routes current, UpgradeRequest request, ByteBuffer rest) {
            try {
                accept(request, current.paths.get(request.path()), rest);
            } catch (IOException e) {
                log.debug("answering an upgrade request failed", e);
                IoUtils.safeClose(connection);
            } catch (RuntimeException e) {
                log.error("opening a WebSocket failed", e);
                IoUtils.safeClose(connection);
            } finally {
                release();
            }
        }

        private void accept(UpgradeRequest request, @Nullable WebSocketPath path, ByteBuffer rest)
                throws IOException {
            if (path == null) {
                throw new IllegalStateException("the parser let through " + request.path());
            }
            String subprotocol = path.subprotocol(request);
            write(UpgradeResponse.accepted(request.key(), subprotocol));
            new SocketSession(connection, path, subprotocol, request).start(rest);
        }

        /** A new connection's send buffer is empty, so that it takes a response of this size. */
        private void write(byte[] response) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(response);
            connection.getSinkChannel().write(bytes);
            if (bytes.hasRemaining()) {
                throw new IOException("a new socket does not take " + response.length + " bytes");
            }
        }

        private void arrived(ConduitStreamSourceChannel source) {
            source.suspendReads();
            source.setReadListener(null);
            if (deadline != null) {
                deadline.remove();
            }
        }

        private void abandon() {
            arrived(connection.getSourceChannel());
            release();
            IoUtils.safeClose(connection);
        }

        private void release() {
            if (held != null) {
                held.close();
                held = null;
            }
        }
    }
}
