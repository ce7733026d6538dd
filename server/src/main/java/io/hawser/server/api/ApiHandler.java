package io.hawser.server.api;

import io.hawser.server.binding.Secret;
import io.hawser.server.http.InvalidFieldException;
import io.hawser.server.http.JsonFields;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.hawser.server.http.RequestBody;
import io.hawser.server.http.SlowBodyException;
import io.hawser.server.protocol.ErrorCode;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code POST /api/<method>} with the API key. Errors of the API itself are answered with 200 and
 * an {@code error} in the body, as Centrifugo does. Bodies are read on virtual threads, and all
 * bodies in the works together are bounded. {@code POST /api/publish_bulk}, or {@code publish} with
 * {@code Content-Type: application/x-ndjson}, is a {@link BulkPublish}. Thread-safe.
 */
public final class ApiHandler implements HttpHandler {
    public static final String PREFIX = "/api/";

    private static final int MAX_BODY_BYTES = 8 << 20;

    /**
     * How much of a body that is too large is read nevertheless: a caller that is cut off while it
     * writes does not see the answer.
     */
    private static final long MAX_SWALLOWED_BYTES = 4L * MAX_BODY_BYTES;

    private static final int MAX_BYTES_AT_WORK = 64 << 20;

    /** What a call costs beside its body; bounds the number of calls too. */
    private static final int CALL_BYTES = 4 << 10;

    /** From the head of a call to the end of its body; some less than the listeners allow. */
    private static final long BODY_TIMEOUT_MS = 20_000;

    /** What a bulk publish holds in memory at most. */
    private static final int BULK_BYTES = BulkPublish.MAX_PENDING_BYTES + (2 << 20);

    private static final long ROOM_TIMEOUT_MS = 2_000;
    private static final long CALL_TIMEOUT_MS = 10_000;

    private final KeyGate gate;
    private final ServerApi api;
    private final ApiMetrics metrics;
    private final long bodyTimeoutMs;
    private final BulkLimits bulkLimits;
    private final Semaphore room = new Semaphore(MAX_BYTES_AT_WORK);

    public ApiHandler(Secret key, ServerApi api, ApiMetrics metrics) {
        this(key, api, metrics, BODY_TIMEOUT_MS);
    }

    public ApiHandler(Secret key, ServerApi api, ApiMetrics metrics, long bodyTimeoutMs) {
        this.gate = new KeyGate(key);
        this.api = api;
        this.metrics = metrics;
        this.bodyTimeoutMs = bodyTimeoutMs;
        this.bulkLimits = BulkLimits.within(bodyTimeoutMs);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!gate.admits(exchange)) {
            return;
        }
        exchange.setMaxEntitySize(MAX_SWALLOWED_BYTES);
        String name = exchange.getRequestPath().substring(PREFIX.length());
        ApiMethod method = ApiMethod.named(name);
        if (isBulk(exchange, name, method)) {
            bulk(exchange);
        } else if (method == null) {
            JsonResponse.notFound(exchange, "the server API has no such method");
        } else if (!exchange.getRequestMethod().equals(Methods.POST)) {
            JsonResponse.methodNotAllowed(exchange, "POST");
        } else if (exchange.getRequestContentLength() > MAX_BODY_BYTES) {
            refuseTooLarge(exchange);
        } else {
            exchange.dispatch(Thread::startVirtualThread, each -> serve(each, method));
        }
    }

    private static boolean isBulk(
            HttpServerExchange exchange, String name, @Nullable ApiMethod method) {
        String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        return name.equals(BulkPublish.METRICS_NAME)
                || (method == ApiMethod.PUBLISH
                        && type != null
                        && type.startsWith(BulkPublish.CONTENT_TYPE));
    }

    private void bulk(HttpServerExchange exchange) {
        if (!exchange.getRequestMethod().equals(Methods.POST)) {
            JsonResponse.methodNotAllowed(exchange, "POST");
            return;
        }
        // More is refused by its line, with what was published before it.
        exchange.setMaxEntitySize(2 * bulkLimits.maxBytes());
        exchange.dispatch(Thread::startVirtualThread, this::serveBulk);
    }

    private void serveBulk(HttpServerExchange exchange) throws IOException, InterruptedException {
        if (!room.tryAcquire(BULK_BYTES, ROOM_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
            refuseTooMany(exchange);
            return;
        }
        try {
            new BulkPublish(exchange, api, metrics, bulkLimits).run();
        } finally {
            room.release(BULK_BYTES);
        }
    }

    private static void refuseTooMany(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(new HttpString("Retry-After"), "1");
        JsonResponse.fail(exchange, StatusCodes.SERVICE_UNAVAILABLE, "too many calls at once");
    }

    private static void refuseTooLarge(HttpServerExchange exchange) {
        JsonResponse.fail(
                exchange,
                StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                "the body is larger than " + MAX_BODY_BYTES + " bytes");
    }

    private void serve(HttpServerExchange exchange, ApiMethod method)
            throws IOException, InterruptedException {
        long length = exchange.getRequestContentLength();
        int cost = CALL_BYTES + (length < 0 ? MAX_BODY_BYTES : (int) length);
        if (!room.tryAcquire(cost, ROOM_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
            refuseTooMany(exchange);
            return;
        }
        try {
            byte[] body = RequestBody.read(exchange, MAX_BODY_BYTES, bodyTimeoutMs);
            if (body.length > MAX_BODY_BYTES) {
                refuseTooLarge(exchange);
            } else {
                answer(exchange, method, body);
            }
        } catch (SlowBodyException e) {
            exchange.setPersistent(false);
            JsonResponse.fail(
                    exchange,
                    StatusCodes.REQUEST_TIME_OUT,
                    "the body has not come in " + bodyTimeoutMs + " ms");
        } finally {
            room.release(cost);
        }
    }

    private void answer(HttpServerExchange exchange, ApiMethod method, byte[] body)
            throws InterruptedException {
        long startedNanos = System.nanoTime();
        JsonFields fields;
        try {
            fields = JsonFields.parse(body);
        } catch (InvalidFieldException e) {
            JsonResponse.fail(exchange, StatusCodes.BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        }
        ApiReply reply = await(method.read(fields));
        metrics.answered(method.wireName(), reply.code(), System.nanoTime() - startedNanos);
        // A batch's replies stand at the top, without a result around them: as Centrifugo has it.
        Object shown = reply.result() instanceof ApiResult.Batched batched ? batched : reply;
        JsonResponse.send(exchange, StatusCodes.OK, shown);
    }

    private ApiReply await(ApiRequest request) throws InterruptedException {
        try {
            return api.call(request)
                    .toCompletableFuture()
                    .get(CALL_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return ApiReply.failed(ErrorCode.INTERNAL);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the server API broke its promise not to fail", e);
        }
    }
}
