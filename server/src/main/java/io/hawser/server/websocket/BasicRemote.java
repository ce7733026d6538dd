package io.hawser.server.websocket;

import jakarta.websocket.RemoteEndpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Returns once the socket's owner has the message, which on the socket's own thread is at once.
 * Thread-safe.
 */
final class BasicRemote extends SocketRemote implements RemoteEndpoint.Basic {
    /** An I/O thread that does not get to it by then is ending, or hangs. */
    private static final long TIMEOUT_S = 10;

    BasicRemote(SocketSession session) {
        super(session);
    }

    @Override
    public void sendText(String text) throws IOException {
        post(send(text(text)));
    }

    @Override
    public void sendBinary(ByteBuffer data) throws IOException {
        post(send(binary(data)));
    }

    @Override
    void post(Future<Void> sending) throws IOException {
        try {
            sending.get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("not sent: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("the I/O thread does not take messages", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while sending");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    @Override
    public void sendText(String part, boolean isLast) {
        throw wholeOnly();
    }

    @Override
    public void sendBinary(ByteBuffer part, boolean isLast) {
        throw wholeOnly();
    }

    @Override
    public OutputStream getSendStream() {
        throw wholeOnly();
    }

    @Override
    public Writer getSendWriter() {
        throw wholeOnly();
    }

    @Override
    public void sendObject(Object message) {
        throw noEncoders();
    }
}
