package io.hawser.server.endpoint;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.Emulation;
import io.hawser.server.websocket.SocketCloser;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListeners;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * The body of an HTTP response that does not end by itself. The request has been read; from then on
 * the reading side only tells when the client has gone, and the TCP connection ends with the
 * response. Confined to the exchange's I/O thread.
 */
final class StreamWire implements Wire {
    private static final Logger log = LoggerFactory.getLogger(StreamWire.class);

    /** How long the last bytes of a response may take. */
    private static final long END_TIMEOUT_MS = 5_000;

    /** Reads of one socket before others of the thread get their turn. */
    private static final int MAX_READS = 4;

    private final HttpServerExchange exchange;
    private final StreamConnection socket;
    private final StreamSinkChannel channel;
    private final SocketCloser closer;
    private final Emulation emulation;
    private final Runnable onEnd;
    private @Nullable ClientConnection owner;

    /**
     * Bytes of the chunk under way that are not written yet. A chunk's length is fixed when it is
     * offered first, even if the socket takes nothing of it then; each frame is a chunk.
     */
    private int chunkLeft;

    /** Written on the I/O thread, read by whoever closes the socket. */
    private volatile boolean ended;

    /**
     * @param exchange outside of its handler's call, its request complete, its response's head set
     * @param onEnd called once, when it ends in whatever way
     */
    StreamWire(
            HttpServerExchange exchange, SocketCloser closer, Emulation emulation, Runnable onEnd) {
        if (!(exchange.getConnection() instanceof AbstractServerConnection connection)) {
            throw new IllegalArgumentException("not a connection of the HTTP listener");
        }
        this.exchange = exchange;
        this.socket = connection.getChannel();
        this.closer = closer;
        this.emulation = emulation;
        this.onEnd = onEnd;
        exchange.setPersistent(false); // what comes behind the request is not another one
        if (exchange.isHttp11()) {
            // So that a stream which is cut is not taken for one that ended.
            exchange.getResponseHeaders()
                    .put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
        }
        this.channel = exchange.getResponseChannel();
        // The request's own conduit has reached its end; the socket's tells of the peer's.
        socket.getSourceChannel().setConduit(connection.getOriginalSourceConduit());
        connection.addCloseListener(closed -> closedElsewhere());
    }

    /** Called once: from now on {@code connection} hears what happens. */
    void own(ClientConnection connection) {
        owner = connection;
        channel.getWriteSetter()
                .set(
                        sink -> {
                            sink.suspendWrites();
                            connection.writable();
                        });
        socket.getSourceChannel().setReadListener(this::readable);
        socket.getSourceChannel().resumeReads();
    }

    private void closedElsewhere() {
        if (!ended) {
            exchange.getIoThread().execute(() -> terminate(true));
        }
    }

    // In

    private void readable(ConduitStreamSourceChannel source) {
        try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer ignored = pooled.getBuffer();
            for (int i = 0; i < MAX_READS; i++) {
                int count = source.read(ignored.clear());
                if (count < 0) {
                    terminate(true);
                    return;
                }
                if (count < ignored.capacity()) {
                    return;
                }
            }
        } catch (IOException e) {
            log.debug("reading failed", e);
            terminate(true);
        }
    }

    // Out

    @Override
    public long write(ByteBuffer[] buffers, int count) throws IOException {
        long written = 0;
        for (int i = 0; i < count; i++) {
            written += write(buffers[i]);
            if (buffers[i].hasRemaining()) {
                break;
            }
        }
        return written;
    }

    /** Counts by the buffer: the channel does not count what left with the head of its chunk. */
    @Override
    public int write(ByteBuffer buffer) throws IOException {
        int before = buffer.remaining();
        if (chunkLeft == 0) {
            chunkLeft = before;
        }
        channel.write(buffer);
        int written = before - buffer.remaining();
        chunkLeft -= written;
        return written;
    }

    /** With another frame in its place, the chunk would end amid that one, or with the response. */
    @Override
    public boolean announcedNext() {
        return chunkLeft > 0;
    }

    @Override
    public void awaitWritable() {
        channel.resumeWrites();
    }

    @Override
    public byte @Nullable [] goodbye(Disconnect reason) {
        return null;
    }

    @Override
    public void terminate(boolean abort) {
        if (ended) {
            return;
        }
        ended = true;
        socket.getSourceChannel().setReadListener(null);
        socket.getSourceChannel().suspendReads();
        channel.suspendWrites();
        if (abort || !finish()) {
            closer.close(socket, abort);
        }
        onEnd.run();
        if (owner != null) {
            owner.closed();
        }
    }

    /** Ends the response as HTTP wants it; false if it is broken. */
    private boolean finish() {
        try {
            channel.shutdownWrites();
            if (!channel.flush()) {
                channel.getWriteSetter()
                        .set(
                                ChannelListeners.flushingChannelListener(
                                        null, (sink, failure) -> closer.close(socket, true)));
                channel.resumeWrites();
                exchange.getIoThread()
                        .executeAfter(this::giveUp, END_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            }
            return true;
        } catch (IOException e) {
            log.debug("ending a stream failed", e);
            return false;
        }
    }

    private void giveUp() {
        if (socket.isOpen()) {
            closer.close(socket, true);
        }
    }

    @Override
    public Emulation emulation() {
        return emulation;
    }
}
