package io.hawser.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP client that is in no hurry. Everything it waits for it waits for ten seconds at most. Not
 * thread-safe.
 */
final class SlowClient implements AutoCloseable {
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final int PAUSE_MS = 20;

    private final Socket socket;
    private final StringBuilder received = new StringBuilder();

    SlowClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PAUSE_MS);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a byte now and then until the node ends the connection; returns what it said. */
    String trickle() throws IOException {
        return listen(true, null);
    }

    /** Waits until the node ends the connection; returns what it said. */
    String listen() throws IOException {
        return listen(false, null);
    }

    /** Waits until the node has said something that ends so; returns that. */
    String until(String end) throws IOException {
        return listen(false, end);
    }

    private String listen(boolean sending, @Nullable String end) throws IOException {
        long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
        received.setLength(0);
        while (!ended(sending)) {
            if (end != null && received.toString().endsWith(end)) {
                break;
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError("still open, and has said: " + received);
            }
        }
        return received.toString();
    }

    /** Takes a byte, or sends one if none comes for a while. */
    private boolean ended(boolean sending) throws IOException {
        try {
            int next = socket.getInputStream().read();
            if (next >= 0) {
                received.append((char) next);
            }
            return next < 0;
        } catch (SocketTimeoutException e) {
            return sending && !sent();
        } catch (SocketException e) {
            return true;
        }
    }

    private boolean sent() {
        try {
            send("x");
            return true;
        } catch (IOException e) {
            return false; // nobody takes it any more
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
