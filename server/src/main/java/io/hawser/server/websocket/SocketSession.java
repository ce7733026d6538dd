package io.hawser.server.websocket;

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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One open WebSocket: reads its frames, and lets its {@link SocketOwner} write to it. It is the
 * Jakarta {@link jakarta.websocket.Session} of its endpoint. Handlers are called on the socket's
 * I/O thread; the methods that Jakarta defines may be called on any, the others on that thread
 * only.
 */
public final class SocketSession extends JakartaSession
        implements ChannelListener<ConduitStreamSourceChannel>, FrameReader.Events, SocketOut {
    private static final Logger log = LoggerFactory.getLogger(SocketSession.class);

    /** Reads of one socket before others of the thread get their turn. */
    private static final int MAX_READS = 4;

    private static final int ABNORMAL = 1006;
    private static final int NO_CODE = 1005;

    private final StreamConnection connection;
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

    /** The peer broke the protocol: what it still sends is read, so that it gets our close. */
    private boolean discarding;

    SocketSession(
            StreamConnection connection,
            WebSocketPath path,
            String subprotocol,
            UpgradeRequest request) {
        this.connection = connection;
        this.path = path;
        this.subprotocol = subprotocol;
        this.request = request;
    }

    /**
     * Calls the endpoint, then reads; {@code rest} are bytes that came right behind the request.
     */
    void start(ByteBuffer rest) {
        path.endpoint().onOpen(this, path.config());
        request = null;
        if (owner == null) {
            throw new IllegalStateException("the endpoint has not taken the socket");
        }
        connection.getSourceChannel().setReadListener(this);
        connection.getSinkChannel().setWriteListener(new Writable(this));
        if (rest.hasRemaining()) {
            received(rest);
        }
        if (!terminated) {
            connection.getSourceChannel().resumeReads();
        }
    }

    private record Writable(SocketSession session)
            implements ChannelListener<ConduitStreamSinkChannel> {
        @Override
        public void handleEvent(ConduitStreamSinkChannel sink) {
            sink.suspendWrites();
            session.owner().writable();
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

    // Out

    @Override
    public long write(ByteBuffer[] buffers, int count) throws IOException {
        return connection.getSinkChannel().write(buffers, 0, count);
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        return connection.getSinkChannel().write(buffer);
    }

    @Override
    public void awaitWritable() {
        connection.getSinkChannel().resumeWrites();
    }

    @Override
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
        connection.getSourceChannel().suspendReads();
        connection.getSinkChannel().suspendWrites();
        path.closer().close(connection, abort);
        path.endpoint().onClose(this, JakartaSession.reason(code, reason));
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
        ByteBuffer buffer = ThreadBuffers.current().receive();
        for (int i = 0; i < MAX_READS && !terminated; i++) {
            buffer.clear();
            int count;
            try {
                count = source.read(buffer);
            } catch (IOException e) {
                log.debug("reading failed", e);
                terminate(ABNORMAL, "", false);
                return;
            }
            if (count < 0) {
                terminate(ABNORMAL, "", false);
                return;
            }
            if (!discarding) {
                received(buffer.flip());
            }
            if (count < buffer.capacity()) {
                return;
            }
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
        } catch (FrameException e) {
            open = false;
            discarding = true;
            unfinished = null;
            buffers.forget(reader);
            path.endpoint().onError(this, e);
            owner().fail(Frames.close(e.code(), e.reason()));
            return;
        }
        keep(buffers, reader);
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
        owner().send(Frames.pong(data));
    }

    @Override
    public void pong(byte[] data) {
        owner().pong();
    }

    /** Answers a peer's close with the same, or ends what we began to close ourselves. */
    @Override
    public void close(int code, String reason) {
        connection.getSourceChannel().suspendReads();
        boolean weBegan = !open;
        open = false;
        if (weBegan) {
            terminate(code, reason, false);
        } else {
            owner().sendLast(code == NO_CODE ? Frames.emptyClose() : Frames.close(code, reason));
        }
    }

    @Override
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

    @Override
    public void close(CloseReason reason) {
        byte[] frame = Frames.close(reason.getCloseCode().getCode(), reason.getReasonPhrase());
        thread().execute(
                        () -> {
                            if (open) {
                                open = false;
                                owner().sendLast(frame);
                            }
                        });
    }

    @Override
    public RemoteEndpoint.Async getAsyncRemote() {
        throw new UnsupportedOperationException(NO_REMOTE);
    }

    @Override
    public RemoteEndpoint.Basic getBasicRemote() {
        throw new UnsupportedOperationException(NO_REMOTE);
    }

    private static final String NO_REMOTE =
            "messages leave through the socket's owner, which keeps them in order and bounded";
}
