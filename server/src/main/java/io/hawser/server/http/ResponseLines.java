package io.hawser.server.http;

import org.xnio.channels.StreamSinkChannel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Writes lines of a response, some kilobytes at a time. For one virtual thread, which it blocks.
 */
public final class ResponseLines {
    private static final int FLUSH_AT_BYTES = 16 << 10;

    /** Who does not read for so long has gone, or waits for us to read. */
    private static final long WRITE_TIMEOUT_MS = 10_000;

    private final StreamSinkChannel channel;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

    public ResponseLines(StreamSinkChannel channel) {
        this.channel = channel;
    }

    /** One more line; written at the latest with the next {@link #flush}. */
    public void add(byte[] line) throws IOException {
        waiting.writeBytes(line);
        waiting.write('\n');
        if (waiting.size() >= FLUSH_AT_BYTES) {
            flush();
        }
    }

    /**
     * All that was added is handed to the socket.
     *
     * @throws IOException if the connection is broken, or nobody reads
     */
    public void flush() throws IOException {
        if (waiting.size() == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(waiting.toByteArray());
        waiting.reset();
        long deadlineNanos = deadline();
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(deadlineNanos);
            }
        }
        flushChannel(deadlineNanos);
    }

    /** Ends the response. */
    public void close() throws IOException {
        flush();
        channel.shutdownWrites();
        flushChannel(deadline());
    }

    private void flushChannel(long deadlineNanos) throws IOException {
        while (!channel.flush()) {
            await(deadlineNanos);
        }
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WRITE_TIMEOUT_MS);
    }

    private void await(long deadlineNanos) throws IOException {
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos <= 0) {
            throw new IOException("the other side does not read the response");
        }
        channel.awaitWritable(nanos, TimeUnit.NANOSECONDS);
    }
}
