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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The public port's first look at a connection: an upgrade request for a WebSocket path becomes a
 * {@link SocketSession} here, without the objects that an HTTP exchange leaves on a connection for
 * life; anything else goes to the HTTP server, with the bytes read so far. Thread-safe.
 */
public final class WebSocketFront implements ChannelListener<StreamConnection> {
    private static final Logger log = LoggerFactory.getLogger(WebSocketFront.class);

    /** A refused client that does not close by then, having its answer, is closed. */
    private static final long REFUSED_TIMEOUT_MS = 1_000;

    /** For a connection that does not tell whose it is: an address that nobody trusts. */
    private static final InetAddress UNKNOWN = InetAddress.ofLiteral("0.0.0.0");

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
     * @param pool buffers of at least {@value UpgradeParser#MAX_HEAD_BYTES} bytes
     * @param admission spreads handshakes that come at once
     * @param timeouts when a client that has not sent its request is closed
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

    /** A connection whose request is awaited, or whose refused client is. On its I/O thread. */
    private final class Arrival implements ChannelListener<ConduitStreamSourceChannel> {
        private final StreamConnection connection;

        /**
         * What has come of the request so far: not a pooled buffer, those are for who is served.
         */
        private byte[] begun = {};

        private boolean refused;

        /** Its request is complete and waits for its turn. */
        private boolean waiting;

        private XnioExecutor.@Nullable Key deadline;

        Arrival(StreamConnection connection) {
            this.connection = connection;
        }

        void begin() {
            ConduitStreamSourceChannel source = connection.getSourceChannel();
            source.setReadListener(this);
            handleEvent(source);
            if (deadline == null && source.getReadListener() == this && source.isOpen()) {
                await(source, begun.length == 0 ? timeouts.idleMs() : timeouts.headMs());
            }
        }

        private void await(ConduitStreamSourceChannel source, long timeoutMs) {
            try {
                deadline =
                        connection
                                .getIoThread()
                                .executeAfter(this::abandon, timeoutMs, TimeUnit.MILLISECONDS);
                source.resumeReads();
            } catch (RejectedExecutionException e) {
                log.debug("the I/O thread is ending", e);
                abandon();
            }
        }

        @Override
        public void handleEvent(ConduitStreamSourceChannel source) {
            try {
                receive(source);
            } catch (RuntimeException e) {
                log.error("opening a connection failed", e);
                abandon();
            }
        }

        private void receive(ConduitStreamSourceChannel source) {
            PooledByteBuffer pooled = pool.allocate();
            boolean given = false;
            try {
                ByteBuffer bytes = pooled.getBuffer().put(begun);
                int count = read(source, bytes);
                if (count < 0) {
                    leave();
                } else if (waiting) {
                    keep(source, bytes.flip());
                } else if (count > 0 && !refused) {
                    given = look(source, pooled, bytes.flip());
                }
            } finally {
                if (!given) {
                    pooled.close();
                }
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

        /** Returns true if the buffer has a new owner. */
        private boolean look(
                ConduitStreamSourceChannel source, PooledByteBuffer pooled, ByteBuffer bytes) {
            Routes current = routes;
            return switch (current.parser.parse(bytes, peer())) {
                case UpgradeParser.Outcome.Incomplete _ -> {
                    incomplete(source, bytes);
                    yield false;
                }
                case UpgradeParser.Outcome.Http _ -> {
                    arrived(source);
                    http.handleEvent(connection, pooled);
                    yield true;
                }
                case UpgradeParser.Outcome.Upgrade upgrade -> {
                    bytes.position(upgrade.length());
                    arrived(source);
                    admit(current, upgrade.request(), bytes);
                    yield false;
                }
            };
        }

        /** The time for the head begins with its first byte. */
        private void incomplete(ConduitStreamSourceChannel source, ByteBuffer bytes) {
            boolean first = begun.length == 0;
            begun = new byte[bytes.remaining()];
            bytes.get(begun);
            if (first && deadline != null) {
                deadline.remove();
                await(source, timeouts.headMs());
            }
        }

        private InetAddress peer() {
            var address = connection.getPeerAddress(InetSocketAddress.class);
            return address == null ? UNKNOWN : address.getAddress();
        }

        /** Now, some time later, or not at all. */
        private void admit(Routes current, UpgradeRequest request, ByteBuffer rest) {
            Refusal refusal = current.gate.refusal(request);
            long waitNanos = refusal == null ? admission.reserve() : 0;
            if (refusal == null && waitNanos == Admission.REFUSED) {
                refusal = Refusal.unavailable("too many clients come at once");
            }
            if (refusal == null && waitNanos > 0) {
                waitForTurn(current, request, rest, waitNanos);
            } else {
                answer(current, request, rest, refusal);
            }
        }

        /** Reads on meanwhile: whoever goes makes room. */
        private void waitForTurn(
                Routes current, UpgradeRequest request, ByteBuffer rest, long nanos) {
            ConduitStreamSourceChannel source = connection.getSourceChannel();
            try {
                deadline =
                        connection
                                .getIoThread()
                                .executeAfter(
                                        () -> upgrade(current, request),
                                        nanos,
                                        TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("the I/O thread is ending", e);
                abandon();
                return;
            }
            waiting = true;
            keep(source, rest);
            source.setReadListener(this);
        }

        /** What comes behind the request; once that is much, nothing more is read. */
        private void keep(ConduitStreamSourceChannel source, ByteBuffer bytes) {
            begun = new byte[bytes.remaining()];
            bytes.get(begun);
            if (begun.length < UpgradeParser.MAX_HEAD_BYTES) {
                source.resumeReads();
            } else {
                source.suspendReads();
            }
        }

        private void leave() {
            if (waiting) {
                admission.giveBack();
            }
            abandon();
        }

        /** Its turn has come; much may have happened while it waited. */
        private void upgrade(Routes current, UpgradeRequest request) {
            waiting = false;
            arrived(connection.getSourceChannel());
            try {
                ByteBuffer rest = ByteBuffer.wrap(begun);
                answer(current, request, rest, current.gate.refusal(request));
            } catch (RuntimeException e) {
                log.error("opening a connection failed", e);
                abandon();
            }
        }

        private void answer(
                Routes current,
                UpgradeRequest request,
                ByteBuffer rest,
                @Nullable Refusal refusal) {
            try {
                if (refusal == null) {
                    String cookie = current.gate.cookie(request);
                    accept(request.answeredWith(cookie), current.paths.get(request.path()), rest);
                } else {
                    refuse(refusal);
                }
            } catch (IOException e) {
                log.debug("answering an upgrade request failed", e);
                IoUtils.safeClose(connection);
            }
        }

        private void accept(UpgradeRequest request, @Nullable WebSocketPath path, ByteBuffer rest)
                throws IOException {
            if (path == null) {
                throw new IllegalStateException("the parser let through " + request.path());
            }
            String subprotocol = path.subprotocol(request);
            write(UpgradeResponse.accepted(request.key(), subprotocol, request.given()));
            new SocketSession(connection, path, subprotocol, request).start(rest);
        }

        /**
         * Answers, then reads on for a moment: closed while bytes of the client are unread, the
         * socket would be reset, and the answer might be lost with it.
         */
        private void refuse(Refusal refusal) throws IOException {
            write(UpgradeResponse.refused(refusal));
            connection.getSinkChannel().shutdownWrites();
            refused = true;
            begun = new byte[0];
            ConduitStreamSourceChannel source = connection.getSourceChannel();
            source.setReadListener(this);
            await(source, REFUSED_TIMEOUT_MS);
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
            IoUtils.safeClose(connection);
        }
    }
}
