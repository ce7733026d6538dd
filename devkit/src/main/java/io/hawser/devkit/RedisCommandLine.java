package io.hawser.devkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a Redis one thing at a time, by inline commands. Thread-safe. */
final class RedisCommandLine {
    private static final int TIMEOUT_MS = 5_000;

    private RedisCommandLine() {}

    /**
     * The answer, of one line or one bulk.
     *
     * @throws ServiceFailedException if it is an error
     */
    static String ask(Service.Address address, String command) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MS);
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            return answer(in, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String answer(BufferedReader in, String command) throws IOException {
        String first = String.valueOf(in.readLine());
        if (first.startsWith("-")) {
            throw new ServiceFailedException("redis refused '" + command + "': " + first);
        }
        if (!first.startsWith("$")) {
            return first.substring(1);
        }
        char[] bulk = new char[Integer.parseInt(first.substring(1))];
        int length = 0;
        while (length < bulk.length) {
            int read = in.read(bulk, length, bulk.length - length);
            if (read < 0) {
                throw new IOException("redis closed the connection");
            }
            length += read;
        }
        return new String(bulk);
    }
}
