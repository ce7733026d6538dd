package io.hawser.server.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;

import org.xnio.channels.StreamSourceChannel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Reads the body of a request within a time, however it comes in. Stateless. */
public final class RequestBody {
    private RequestBody() {}

    /**
     * The whole body. Blocks: for virtual threads only.
     *
     * @param maxBytes a longer body is returned cut, but longer than this
     * @throws SlowBodyException if it is not there after {@code timeoutMs}
     * @throws IOException if the connection ends first
     */
    public static byte[] read(HttpServerExchange exchange, int maxBytes, long timeoutMs)
            throws IOException, SlowBodyException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        StreamSourceChannel channel = exchange.getRequestChannel();
        var body = new ByteArrayOutputStream();
        try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            while (body.size() <= maxBytes && channel.read(buffer.clear()) >= 0) {
                append(buffer.flip(), body);
                if (buffer.limit() == 0) {
                    await(channel, deadlineNanos - System.nanoTime());
                }
            }
        }
        return body.toByteArray();
    }

    private static void append(ByteBuffer part, ByteArrayOutputStream body) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        body.writeBytes(bytes);
    }

    private static void await(StreamSourceChannel channel, long nanos)
            throws IOException, SlowBodyException {
        if (nanos <= 0) {
            throw new SlowBodyException();
        }
        channel.awaitReadable(nanos, TimeUnit.NANOSECONDS);
    }
}
