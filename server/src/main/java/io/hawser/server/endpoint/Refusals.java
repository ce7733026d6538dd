package io.hawser.server.endpoint;

import io.hawser.server.websocket.Refusal;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Answers HTTP requests that become nothing. Stateless. */
final class Refusals {
    private Refusals() {}

    /** Answers with the refusal and ends the exchange. */
    static void send(HttpServerExchange exchange, Refusal refusal) {
        exchange.setStatusCode(refusal.status());
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8")
                .put(Headers.CACHE_CONTROL, "no-store");
        if (refusal.retryAfterSeconds() > 0) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, refusal.retryAfterSeconds());
        }
        exchange.getResponseSender().send(refusal.why());
    }

    /**
     * The same for a status that stands for itself.
     *
     * @param why one line for people: what is wrong and what to do
     */
    static void send(HttpServerExchange exchange, int status, String why) {
        send(exchange, new Refusal(status, StatusCodes.getReason(status), 0, why + "\n"));
    }

    static void methodNotAllowed(HttpServerExchange exchange, HttpString... allowed) {
        exchange.getResponseHeaders().put(Headers.ALLOW, list(allowed));
        send(exchange, StatusCodes.METHOD_NOT_ALLOWED, "allowed here: " + list(allowed));
    }

    static String list(HttpString... methods) {
        return Arrays.stream(methods).map(HttpString::toString).collect(Collectors.joining(", "));
    }
}
