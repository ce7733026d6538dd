package io.hawser.devkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/** An agent port that says what it is told to say, first {@code up 100%}. Thread-safe. */
final class TestAgent implements AutoCloseable {
    private static final int BACKLOG = 50;

    private final AtomicReference<String> line = new AtomicReference<>("up 100%");
    private final ServerSocket server;

    TestAgent() throws IOException {
        server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("test-agent").start(this::run);
    }

    int port() {
        return server.getLocalPort();
    }

    void says(String what) {
        line.set(what);
    }

    private void run() {
        while (!server.isClosed()) {
            try (Socket caller = server.accept()) {
                String answer = line.get() + "\n";
                caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // HAProxy hangs up as soon as it has read enough; the next check tells.
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
