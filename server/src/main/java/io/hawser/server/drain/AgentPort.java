package io.hawser.server.drain;

import io.hawser.grid.thread.UrgentThreads;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The agent port: tells whoever connects whether this node serves and what share of its weight it
 * wants, as HAProxy's agent checks ask for it ({@code up 75%}). It never says {@code drain}, which
 * HAProxy would keep until it is told {@code ready}; a node that wants nobody says {@code up 0%}. A
 * thread of its own answers, so that the answer comes soon however busy the I/O threads are.
 *
 * <p>What a caller sends is thrown away. The answer is written to a fresh socket, whose buffer
 * takes it, so nobody can hold up the one thread that accepts. Thread-safe.
 */
public final class AgentPort implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AgentPort.class);
    private static final int BACKLOG = 128;

    /** Callers that are read from at once, so that they get the answer before the end. */
    private static final int MAX_LINGERING = 64;

    private static final int LINGER_MS = 500;
    private static final int MAX_DISCARDED_BYTES = 4096;
    private static final long RETRY_MS = 100;

    private final ServerSocket server;
    private final Supplier<String> answer;
    private final Semaphore lingering = new Semaphore(MAX_LINGERING);

    private AgentPort(ServerSocket server, Supplier<String> answer) {
        this.server = server;
        this.answer = answer;
    }

    /**
     * Opens the port and answers from now on.
     *
     * @param port 0 for any free one
     * @param answer a line without its end; must not block
     * @throws IOException if it cannot be bound
     */
    public static AgentPort open(String host, int port, Supplier<String> answer)
            throws IOException {
        var server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        var agent = new AgentPort(server, answer);
        UrgentThreads.make("agent", agent::run).start();
        return agent;
    }

    /** The port it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    private void run() {
        while (!server.isClosed()) {
            try {
                answer(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.warn("the agent port cannot accept, retrying", e);
                    pause();
                }
            }
        }
    }

    /** Out of file descriptors, most likely: trying again at once would only burn the processor. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(Socket caller) {
        try {
            String line = answer.get() + "\n";
            caller.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            caller.shutdownOutput();
        } catch (IOException | RuntimeException e) {
            log.debug("an agent check got no answer", e);
            close(caller);
            return;
        }
        if (lingering.tryAcquire()) {
            Thread.ofVirtual().name("agent-caller").start(() -> linger(caller));
        } else {
            close(caller);
        }
    }

    /**
     * Closed while something of the caller is unread, the socket would be reset with the answer.
     */
    private void linger(Socket caller) {
        try (caller) {
            caller.setSoTimeout(LINGER_MS);
            long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_MS);
            InputStream in = caller.getInputStream();
            byte[] discarded = new byte[MAX_DISCARDED_BYTES];
            int sum = 0;
            while (sum < MAX_DISCARDED_BYTES && System.nanoTime() - deadlineNanos < 0) {
                int count = in.read(discarded);
                if (count < 0) {
                    return;
                }
                sum += count;
            }
        } catch (IOException e) {
            log.debug("an agent check's caller is gone or silent", e);
        } finally {
            lingering.release();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("closing an agent check failed", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
