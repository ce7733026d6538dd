package io.hawser.devkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Just enough of a Redis client: inline commands with replies of one line or one bulk. */
final class Redis implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket = new Socket();
    private final BufferedReader reader;

    Redis(int port) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        reader =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** One command to a server, on a connection of its own. */
    static String ask(int port, String... commands) throws IOException {
        String reply = "";
        try (var redis = new Redis(port)) {
            for (String command : commands) {
                reply = redis.send(command);
            }
        }
        return reply;
    }

    String send(String command) throws IOException {
        write(command);
        return read();
    }

    void write(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Whether no reply comes for this long. */
    boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return reader.read() == Integer.MIN_VALUE;
        } catch (SocketTimeoutException silent) {
            return true;
        } finally {
            socket.setSoTimeout(TIMEOUT_MS);
        }
    }

    String read() throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("closed by Redis");
        }
        return line.startsWith("$") && !line.equals("$-1") ? reader.readLine() : line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
