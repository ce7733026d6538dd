package io.hawser.server.websocket;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Sends without waiting; a {@link SendHandler} is called on the socket's I/O thread, or, if that
 * has ended, by the caller. Thread-safe.
 */
final class AsyncRemote extends SocketRemote implements RemoteEndpoint.Async {
    AsyncRemote(SocketSession session) {
        super(session);
    }

    @Override
    public Future<Void> sendText(String text) {
        return send(text(text));
    }

    @Override
    public void sendText(String text, SendHandler handler) {
        send(text(text), handler);
    }

    @Override
    public Future<Void> sendBinary(ByteBuffer data) {
        return send(binary(data));
    }

    @Override
    public void sendBinary(ByteBuffer data, SendHandler handler) {
        send(binary(data), handler);
    }

    /** The handler is set before the frame goes, so that it is called where the frame is given. */
    private void send(byte[] frame, SendHandler handler) {
        var sending = new CompletableFuture<Void>();
        var _ =
                sending.whenComplete(
                        (done, failure) ->
                                handler.onResult(
                                        failure == null
                                                ? new SendResult()
                                                : new SendResult(failure)));
        send(frame, sending);
    }

    @Override
    void post(Future<Void> sending) {
        // A closed socket pings nobody; its endpoint hears of that by onClose.
    }

    /** Always 0: a message waits for nothing but its turn on the I/O thread. */
    @Override
    public long getSendTimeout() {
        return 0;
    }

    /** {@inheritDoc} Nothing follows from it: see {@link #getSendTimeout}. */
    @Override
    public void setSendTimeout(long timeoutMs) {}

    @Override
    public Future<Void> sendObject(Object message) {
        throw noEncoders();
    }

    @Override
    public void sendObject(Object message, SendHandler handler) {
        throw noEncoders();
    }
}
