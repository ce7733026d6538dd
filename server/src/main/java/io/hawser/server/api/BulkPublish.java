package io.hawser.server.api;

import io.hawser.server.http.InvalidFieldException;
import io.hawser.server.http.Json;
import io.hawser.server.http.JsonFields;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.ResponseLines;
import io.hawser.server.protocol.ErrorCode;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

import org.xnio.channels.StreamSourceChannel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One bulk publish: NDJSON, a publish request a line, answered by a reply a line in the same order,
 * while the body still comes in. A line that is wrong gets its error and disturbs no other. For one
 * virtual thread, which it blocks.
 *
 * <ol>
 *   <li>The publishes of one channel are stored in the order of the lines.
 *   <li>At most {@link #MAX_PENDING} lines and {@link #MAX_PENDING_BYTES} wait for the broker.
 *       While they do, or while the caller does not read its replies, nothing more is read.
 *   <li>What goes beyond the limits of a call is answered by one last error, after which the
 *       connection ends; the lines before it have their replies.
 * </ol>
 */
final class BulkPublish {
    static final String CONTENT_TYPE = "application/x-ndjson";

    /** How metrics call it; they count lines. */
    static final String METRICS_NAME = "publish_bulk";

    static final int MAX_PENDING = 256;
    static final int MAX_PENDING_BYTES = 4 << 20;
    private static final long REPLY_TIMEOUT_MS = 10_000;

    private final HttpServerExchange exchange;
    private final ServerApi api;
    private final ApiMetrics metrics;
    private final BulkLimits limits;
    private final ResponseLines replies;
    private final long deadlineNanos;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private int pendingBytes;
    private int lines;
    private boolean over;

    /** A line that was handed on. */
    private record Pending(CompletionStage<ApiReply> reply, int bytes, long sinceNanos) {}

    BulkPublish(HttpServerExchange exchange, ServerApi api, ApiMetrics metrics, BulkLimits limits) {
        this.exchange = exchange;
        this.api = api;
        this.metrics = metrics;
        this.limits = limits;
        this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.timeoutMs());
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, CONTENT_TYPE)
                .put(Headers.CACHE_CONTROL, "no-store")
                .put(JsonResponse.CONTENT_TYPE_OPTIONS, "nosniff");
        this.replies = new ResponseLines(exchange.getResponseChannel());
    }

    /**
     * Reads, publishes and answers until the body has ended.
     *
     * @throws IOException if the connection ends first, or the caller does not read
     */
    void run() throws IOException, InterruptedException {
        var splitter = new LineSplitter(limits.maxLineBytes());
        StreamSourceChannel body = exchange.getRequestChannel();
        long bytes = 0;
        try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            while (!over) {
                int read = body.read(buffer.clear());
                if (read < 0) {
                    take(splitter.finish());
                    break;
                }
                bytes += read;
                if (bytes > limits.maxBytes()) {
                    stop("the call is larger than " + limits.maxBytes() + " bytes");
                } else if (read > 0) {
                    take(splitter.feed(buffer.flip()));
                } else {
                    await(body);
                }
            }
        }
        settleAll();
        replies.close();
    }

    /** Whoever waits for replies before it sends more gets them first. */
    private void await(StreamSourceChannel body) throws IOException, InterruptedException {
        settleAll();
        replies.flush();
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos <= 0) {
            stop("the body has not come in " + limits.timeoutMs() + " ms");
        } else {
            body.awaitReadable(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void take(Iterable<LineSplitter.Line> more) throws IOException, InterruptedException {
        for (LineSplitter.Line line : more) {
            if (over) {
                return;
            }
            if (++lines > limits.maxLines()) {
                stop("more than " + limits.maxLines() + " lines in one call");
                return;
            }
            switch (line) {
                case LineSplitter.Line.Whole whole ->
                        add(api.call(request(whole.text().bytes())), whole.text().size());
                case LineSplitter.Line.TooLong _ ->
                        add(failed("the line is longer than " + limits.maxLineBytes()), 0);
            }
        }
    }

    private static ApiRequest request(byte[] line) {
        try {
            return ApiMethod.PUBLISH.read(JsonFields.parse(line));
        } catch (InvalidFieldException e) {
            return new ApiRequest.Invalid(e.error());
        }
    }

    private static CompletionStage<ApiReply> failed(String problem) {
        return CompletableFuture.completedFuture(
                ApiReply.failed(new InvalidFieldException(problem).error()));
    }

    private void add(CompletionStage<ApiReply> reply, int bytes)
            throws IOException, InterruptedException {
        pending.add(new Pending(reply, bytes, System.nanoTime()));
        pendingBytes += bytes;
        while (pending.size() >= MAX_PENDING || pendingBytes > MAX_PENDING_BYTES) {
            settle(pending.remove());
        }
    }

    /** Nothing more is read: the rest of the body cannot be told from the next request. */
    private void stop(String problem) throws IOException, InterruptedException {
        over = true;
        exchange.setPersistent(false);
        add(failed(problem), 0);
    }

    private void settleAll() throws IOException, InterruptedException {
        while (!pending.isEmpty()) {
            settle(pending.remove());
        }
    }

    private void settle(Pending line) throws IOException, InterruptedException {
        pendingBytes -= line.bytes();
        ApiReply reply = reply(line);
        metrics.answered(METRICS_NAME, reply.code(), System.nanoTime() - line.sinceNanos());
        replies.add(Json.encode(reply));
    }

    private static ApiReply reply(Pending line) throws InterruptedException {
        try {
            return line.reply().toCompletableFuture().get(REPLY_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return ApiReply.failed(ErrorCode.INTERNAL);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the server API broke its promise not to fail", e);
        }
    }
}
