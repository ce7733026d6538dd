package io.hawser.cli.haproxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * HAProxy's runtime API on a Unix socket ({@code stats socket … level admin}): one connection a
 * command. Blocks for {@value #TIMEOUT_MS} ms at most. Thread-safe.
 */
public final class RuntimeSocket {
    private static final long TIMEOUT_MS = 2_000;
    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private final Path path;

    public RuntimeSocket(Path path) {
        this.path = path;
    }

    /**
     * Runs a command and returns what HAProxy says.
     *
     * @throws IOException if it does not answer in time, or too much
     */
    public String run(String command) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var limit =
                    CompletableFuture.runAsync(
                            () -> close(channel),
                            CompletableFuture.delayedExecutor(TIMEOUT_MS, TimeUnit.MILLISECONDS));
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
                write(channel, command + "\n");
                return read(channel);
            } finally {
                limit.cancel(false);
            }
        } catch (IOException e) {
            throw new IOException(path + " does not answer \"" + command + "\": " + why(e), e);
        }
    }

    private static String why(IOException e) {
        return e.getMessage() == null ? "not within " + TIMEOUT_MS + " ms" : e.getMessage();
    }

    /** Whoever reads from it gets an exception, which says all there is to say. */
    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String read(SocketChannel channel) throws IOException {
        var answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (channel.read(buffer) >= 0) {
            answer.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (answer.size() > MAX_ANSWER_BYTES) {
                throw new IOException("more than " + MAX_ANSWER_BYTES + " bytes");
            }
        }
        return answer.toString(StandardCharsets.UTF_8).strip();
    }
}
