package io.hawser.server.websocket;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Sends without waiting; a {@link SendHandler} is called on the socket's I/O thread. Thread-safe.
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
        tell(handler, send(text(text)));
    }

    @Override
    public Future<Void> sendBinary(ByteBuffer data) {
        return send(binary(data));
    }

    @Override
    public void sendBinary(ByteBuffer data, SendHandler handler) {
        tell(handler, send(binary(data)));
    }

    private static void tell(SendHandler handler, CompletableFuture<Void> sending) {
        var _ =
                sending.whenComplete(
                        (done, failure) ->
                                handler.onResult(
                                        failure == null
                                                ? new SendResult()
                                                : new SendResult(failure)));
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
