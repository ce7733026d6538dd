package io.hawser.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import java.nio.ByteBuffer;

/** Answers HTTP requests with JSON in snake case, and with nothing else. Thread-safe. */
public final class JsonResponse {
    public static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");

    private record Failure(Detail error) {
        record Detail(int code, String message) {}
    }

    private JsonResponse() {}

    /** Answers and ends the exchange; the answer is for this moment, so nobody may keep it. */
    public static void send(HttpServerExchange exchange, int status, Object body) {
        sendEncoded(exchange, status, Json.encode(body));
    }

    /** The same with a body that is JSON already. */
    static void sendEncoded(HttpServerExchange exchange, int status, byte[] json) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, "application/json")
                .put(Headers.CACHE_CONTROL, "no-store")
                .put(CONTENT_TYPE_OPTIONS, "nosniff");
        exchange.getResponseSender().send(ByteBuffer.wrap(json));
    }

    /** An error of HTTP itself; the code in the body is the status. */
    public static void fail(HttpServerExchange exchange, int status, String message) {
        send(exchange, status, new Failure(new Failure.Detail(status, message)));
    }

    public static void notFound(HttpServerExchange exchange, String message) {
        fail(exchange, StatusCodes.NOT_FOUND, message);
    }

    public static void methodNotAllowed(HttpServerExchange exchange, String allowed) {
        exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        fail(exchange, StatusCodes.METHOD_NOT_ALLOWED, "allowed here: " + allowed);
    }

    /** True for GET and HEAD; any other method is answered with 405. */
    public static boolean reads(HttpServerExchange exchange) {
        HttpString method = exchange.getRequestMethod();
        boolean reads = method.equals(Methods.GET) || method.equals(Methods.HEAD);
        if (!reads) {
            methodNotAllowed(exchange, "GET, HEAD");
        }
        return reads;
    }
}
