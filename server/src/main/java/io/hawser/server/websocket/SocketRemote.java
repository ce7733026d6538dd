package io.hawser.server.websocket;

import jakarta.websocket.RemoteEndpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * The way to a peer as Jakarta has it: each message goes whole to the socket's {@link SocketOwner},
 * which keeps all that leaves the socket in order and bounded. A message counts as sent once the
 * owner has it. Thread-safe.
 */
abstract class SocketRemote implements RemoteEndpoint {
    private static final String WHOLE_ONLY =
            "messages are sent whole: between their parts a publication could leave the socket";
    private static final String NO_ENCODERS =
            "there are no encoders: send text, or bytes, of your own making";

    private final SocketSession session;

    SocketRemote(SocketSession session) {
        this.session = session;
    }

    static UnsupportedOperationException wholeOnly() {
        return new UnsupportedOperationException(WHOLE_ONLY);
    }

    static UnsupportedOperationException noEncoders() {
        return new UnsupportedOperationException(NO_ENCODERS);
    }

    static byte[] text(String text) {
        return Frames.message(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] binary(ByteBuffer data) {
        return Frames.message(false, data);
    }

    /** Gives the frame to the owner, on the socket's thread; fails if the socket is closed. */
    CompletableFuture<Void> send(byte[] frame) {
        var sent = new CompletableFuture<Void>();
        send(frame, sent);
        return sent;
    }

    /** As {@link #send(byte[])}; completes {@code sent} on the socket's thread while it runs. */
    void send(byte[] frame, CompletableFuture<Void> sent) {
        try {
            session.onThread(() -> give(frame, sent));
        } catch (IOException e) {
            sent.completeExceptionally(e);
        }
    }

    private void give(byte[] frame, CompletableFuture<Void> sent) {
        if (!session.isOpen()) {
            sent.completeExceptionally(new IOException("the WebSocket is closed"));
            return;
        }
        try {
            session.owner().send(frame);
            sent.complete(null);
        } catch (RuntimeException e) {
            sent.completeExceptionally(e);
        }
    }

    /** As {@link #send}, for those that say nothing of its success. */
    abstract void post(Future<Void> sending) throws IOException;

    @Override
    public void sendPing(ByteBuffer data) throws IOException {
        post(send(Frames.ping(bytes(data))));
    }

    @Override
    public void sendPong(ByteBuffer data) throws IOException {
        post(send(Frames.pong(bytes(data))));
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    /** {@inheritDoc} Nothing follows from it: the owner writes once a batch anyway. */
    @Override
    public void setBatchingAllowed(boolean allowed) {}

    @Override
    public boolean getBatchingAllowed() {
        return false;
    }

    /** Nothing to do: the owner writes at the end of each batch. */
    @Override
    public void flushBatch() {}
}
