package io.hawser.server.websocket;

import io.hawser.server.uring.Descriptors;
import io.hawser.server.uring.IoUring;

import jakarta.websocket.CloseReason;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.RemoteEndpoint;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/**
 * One open WebSocket: reads its frames, and lets its {@link SocketOwner} write to it. It is the
 * Jakarta {@link jakarta.websocket.Session} of its endpoint. Handlers are called on the socket's
 * I/O thread. {@link #close(CloseReason)}, {@link #isOpen}, the remotes and what never changes may
 * be used on any thread, the rest on that thread only.
 */
public final class SocketSession extends JakartaSession
        implements ChannelListener<ConduitStreamSourceChannel>, FrameReader.Events {
    private static final Logger log = LoggerFactory.getLogger(SocketSession.class);

    private static final int ABNORMAL = 1006;
    private static final int NO_CODE = 1005;
    private static final int INTERNAL_ERROR = 1011;

    private final StreamConnection connection;

    /** Beneath it, if nothing is between. */
    private final @Nullable SocketChannel channel;

    private final WebSocketPath path;
    private final String subprotocol;

    /** The handshake's request; released once the endpoint has opened. */
    private @Nullable UpgradeRequest request;

    private @Nullable SocketOwner owner;
    private MessageHandler.@Nullable Whole<String> textHandler;
    private MessageHandler.@Nullable Whole<byte[]> binaryHandler;

    /** Reads on where the last bytes ended within a frame or message; null nearly always. */
    private @Nullable FrameReader unfinished;

    private volatile boolean open = true;
    private boolean terminated;

    /** The peer has sent its close frame: nothing is read any more. */
    private boolean ended;

    /** Among the sockets that its thread reads. */
    private final ReadTurns.Place place = new ReadTurns.Place();

    /** The peer broke the protocol: what it still sends is read, so that it gets our close. */
    private boolean discarding;

    SocketSession(
            StreamConnection connection,
            WebSocketPath path,
            String subprotocol,
            UpgradeRequest request) {
        this.connection = connection;
        this.channel = Channels.of(connection);
        this.path = path;
        this.subprotocol = subprotocol;
        this.request = request;
    }

    /**
     * Calls the endpoint, then reads; {@code rest} are bytes that came right behind the request.
     */
    void start(ByteBuffer rest) {
        if (!opened()) {
            terminate(false);
            return;
        }
        connection.getSourceChannel().setReadListener(this);
        connection.getSinkChannel().setWriteListener(new Writable(this));
        if (rest.hasRemaining() && !terminated) {
            received(rest);
        }
        if (!terminated && !ended) {
            connection.getSourceChannel().resumeReads();
        }
    }

    private boolean opened() {
        try {
            path.endpoint().onOpen(this, path.config());
        } catch (RuntimeException e) {
            log.error("an endpoint failed to open", e);
            return false;
        } finally {
            request = null;
        }
        if (owner == null) {
            log.error("{} has not taken the socket", path.endpoint());
            return false;
        }
        return true;
    }

    private record Writable(SocketSession session)
            implements ChannelListener<ConduitStreamSinkChannel> {
        @Override
        public void handleEvent(ConduitStreamSinkChannel sink) {
            sink.suspendWrites();
            try {
                session.owner().writable();
            } catch (RuntimeException e) {
                log.error("writing to a socket failed", e);
                session.terminate(true);
            }
        }
    }

    // For the endpoint

    /** Called once, in {@code onOpen}. */
    public void own(SocketOwner newOwner) {
        owner = newOwner;
    }

    /** The thread that all of this happens on. */
    public XnioIoThread thread() {
        return connection.getIoThread();
    }

    /**
     * The request that opened the WebSocket.
     *
     * @throws IllegalStateException outside of {@code onOpen}: it is not kept
     */
    public UpgradeRequest request() {
        UpgradeRequest current = request;
        if (current == null) {
            throw new IllegalStateException("the handshake's request is there in onOpen only");
        }
        return current;
    }

    /** Its descriptor, as {@link IoUring#descriptor} finds it; open until it is terminated. */
    public int descriptor(IoUring uring) {
        return channel == null ? Descriptors.NONE : uring.descriptor(channel);
    }

    // Out

    /**
     * Writes what the socket takes at once of {@code buffers}, which must hold whole frames, or the
     * rest of some. Never blocks.
     *
     * @return bytes written
     * @throws IOException if the connection is broken; {@link #terminate} is then due
     */
    public long write(ByteBuffer[] buffers, int count) throws IOException {
        return connection.getSinkChannel().write(buffers, 0, count);
    }

    /** As {@link #write(ByteBuffer[], int)}, for one buffer. */
    public int write(ByteBuffer buffer) throws IOException {
        return connection.getSinkChannel().write(buffer);
    }

    /** Asks for {@link SocketOwner#writable} once the socket takes bytes again. */
    public void awaitWritable() {
        connection.getSinkChannel().resumeWrites();
    }

    /**
     * Closes the TCP connection and tells the endpoint. Nothing is written any more.
     *
     * @param abort throw away what the kernel holds for a peer that does not read
     */
    public void terminate(boolean abort) {
        terminate(ABNORMAL, "", abort);
    }

    private void terminate(int code, String reason, boolean abort) {
        if (terminated) {
            return;
        }
        terminated = true;
        open = false;
        unfinished = null;
        place.leave();
        connection.getSourceChannel().suspendReads();
        connection.getSinkChannel().suspendWrites();
        path.closer().close(connection, abort);
        if (owner != null) {
            closed(JakartaSession.reason(code, reason));
        }
    }

    /** Whoever terminates may have other sockets to serve in the same batch: nothing is thrown. */
    private void closed(CloseReason reason) {
        try {
            path.endpoint().onClose(this, reason);
        } catch (RuntimeException e) {
            log.error("an endpoint failed to close", e);
        }
    }

    /** Who took the socket in {@code onOpen}. */
    public SocketOwner owner() {
        SocketOwner current = owner;
        if (current == null) {
            throw new IllegalStateException("a socket without an owner");
        }
        return current;
    }

    // In

    @Override
    public void handleEvent(ConduitStreamSourceChannel source) {
        try {
            read(source);
        } finally {
            if (owner != null) {
                owner.turnEnded();
            }
        }
    }

    private void read(ConduitStreamSourceChannel source) {
        if (terminated || ended) {
            return;
        }
        ThreadBuffers buffers = ThreadBuffers.current();
        // What a conduit holds back does not make the socket ready again: then nothing waits.
        int bytes = channel == null ? ReadTurns.SHARE_BYTES : buffers.turns().ready(place);
        if (bytes == 0) {
            return;
        }
        ByteBuffer buffer = buffers.receive(bytes);
        int count;
        try {
            count = channel == null ? source.read(buffer) : channel.read(buffer);
        } catch (IOException e) {
            log.debug("reading failed", e);
            terminate(ABNORMAL, "", false);
            return;
        }
        if (count < 0) {
            terminate(ABNORMAL, "", false);
            return;
        }
        if (channel != null) {
            buffers.turns().read(place, !buffer.hasRemaining());
        }
        if (!discarding) {
            received(buffer.flip());
        }
    }

    private void received(ByteBuffer bytes) {
        ThreadBuffers buffers = ThreadBuffers.current();
        FrameReader reader = unfinished;
        if (reader == null) {
            reader = buffers.frameReader(path.maxMessageBytes());
        }
        try {
            reader.read(bytes, this);
            keep(buffers, reader);
        } catch (FrameException e) {
            buffers.forget(reader);
            fail(e, e.code(), e.reason());
        } catch (RuntimeException | Error e) {
            // The rest of the bytes is lost with it: this socket cannot go on, all others can.
            log.error("a message's handler failed", e);
            buffers.forget(reader);
            fail(e, INTERNAL_ERROR, "internal error");
        }
    }

    private void fail(Throwable cause, int code, String reason) {
        open = false;
        discarding = true;
        unfinished = null;
        try {
            path.endpoint().onError(this, cause);
            owner().fail(Frames.close(code, reason));
        } catch (RuntimeException e) {
            log.error("an endpoint failed to end a connection", e);
            terminate(true);
        }
    }

    /** The thread's reader is everybody's, unless it stopped within something of this socket. */
    private void keep(ThreadBuffers buffers, FrameReader reader) {
        if (reader.isIdle()) {
            unfinished = null;
        } else {
            buffers.forget(reader);
            unfinished = terminated ? null : reader;
        }
    }

    @Override
    public void text(byte[] message) {
        MessageHandler.Whole<String> handler = textHandler;
        if (handler != null && !terminated) {
            handler.onMessage(new String(message, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void binary(byte[] message) {
        MessageHandler.Whole<byte[]> handler = binaryHandler;
        if (handler != null && !terminated) {
            handler.onMessage(message);
        }
    }

    @Override
    public void ping(byte[] data) {
        if (!terminated) {
            owner().send(Frames.pong(data));
        }
    }

    @Override
    public void pong(byte[] data) {
        if (!terminated) {
            owner().pong();
        }
    }

    /** Answers a peer's close with the same, or ends what we began to close ourselves. */
    @Override
    public void close(int code, String reason) {
        ended = true;
        connection.getSourceChannel().suspendReads();
        boolean weBegan = !open;
        open = false;
        if (weBegan) {
            terminate(code, reason, false);
        } else {
            owner().sendLast(
                            code == NO_CODE ? Frames.emptyClose() : Frames.close(code, reason),
                            true);
        }
    }

    /** The owner has sent a close frame: the peer's own is awaited now. */
    public void closing() {
        open = false;
    }

    // Jakarta

    @Override
    public <T> void addMessageHandler(Class<T> type, MessageHandler.Whole<T> handler) {
        if (type == String.class && textHandler == null) {
            @SuppressWarnings("unchecked") // T is String
            var ofText = (MessageHandler.Whole<String>) handler;
            textHandler = ofText;
        } else if (type == byte[].class && binaryHandler == null) {
            @SuppressWarnings("unchecked") // T is byte[]
            var ofBytes = (MessageHandler.Whole<byte[]>) handler;
            binaryHandler = ofBytes;
        } else {
            throw new IllegalStateException("one handler for String and one for byte[]: " + type);
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public String getNegotiatedSubprotocol() {
        return subprotocol;
    }

    @Override
    public Map<String, List<String>> getRequestParameterMap() {
        return request().parameters();
    }

    @Override
    public int getMaxTextMessageBufferSize() {
        return path.maxMessageBytes();
    }

    @Override
    public String getQueryString() {
        return request().query();
    }

    @Override
    public String getRequestPath() {
        return path.config().getPath();
    }

    /**
     * {@inheritDoc} Does not wait for the peer.
     *
     * @throws IllegalArgumentException if the code must not be sent in a close frame
     */
    @Override
    public void close(CloseReason reason) throws IOException {
        int code = reason.getCloseCode().getCode();
        if (code != NO_CODE && !FrameReader.mayBeSent(code)) {
            throw new IllegalArgumentException("a close code that must not be sent: " + code);
        }
        byte[] frame =
                code == NO_CODE
                        ? Frames.emptyClose()
                        : Frames.close(code, reason.getReasonPhrase());
        onThread(
                () -> {
                    if (open) {
                        open = false;
                        owner().sendLast(frame, false);
                    }
                });
    }

    /** Runs the task now if this is the socket's thread, else there, in the order of the calls. */
    void onThread(Runnable task) throws IOException {
        if (Thread.currentThread() == thread()) {
            task.run();
            return;
        }
        try {
            thread().execute(task);
        } catch (RejectedExecutionException e) {
            throw new IOException("the node is stopping", e);
        }
    }

    /** Each call makes a new one, so that a socket which needs none does not hold one. */
    @Override
    public RemoteEndpoint.Async getAsyncRemote() {
        return new AsyncRemote(this);
    }

    /** Each call makes a new one, so that a socket which needs none does not hold one. */
    @Override
    public RemoteEndpoint.Basic getBasicRemote() {
        return new BasicRemote(this);
    }
}
