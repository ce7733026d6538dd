package io.hawser.server.endpoint;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Stands before the WebSocket handshake and answers what must not reach it: requests that are no
 * handshakes, nodes that do not serve or are full, foreign origins. Runs on I/O threads;
 * thread-safe.
 */
final class HandshakeGate implements HttpHandler {
    private static final String RETRY_AFTER_SECONDS = "1";

    private final HttpHandler next;
    private final BooleanSupplier serving;
    private final IntSupplier connections;
    private final int maxConnections;
    private final List<String> allowedOrigins;

    HandshakeGate(
            HttpHandler next,
            BooleanSupplier serving,
            IntSupplier connections,
            int maxConnections,
            List<String> allowedOrigins) {
        this.next = next;
        this.serving = serving;
        this.connections = connections;
        this.maxConnections = maxConnections;
        this.allowedOrigins = allowedOrigins.stream().map(o -> o.toLowerCase(Locale.ROOT)).toList();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.getRequestHeaders().contains(Headers.UPGRADE)) {
            exchange.getResponseHeaders().put(Headers.UPGRADE, "websocket");
            refuse(
                    exchange,
                    426,
                    "this address speaks WebSocket: connect with a WebSocket client\n");
        } else if (!serving.getAsBoolean()) {
            refuseForNow(exchange, "this node does not take connections now\n");
        } else if (connections.getAsInt() >= maxConnections) {
            refuseForNow(exchange, "this node is full: node.max_connections reached\n");
        } else if (!originAllowed(exchange)) {
            refuse(
                    exchange,
                    StatusCodes.FORBIDDEN,
                    "origin not allowed: add it to client.allowed_origins\n");
        } else {
            next.handleRequest(exchange);
        }
    }

    private static void refuseForNow(HttpServerExchange exchange, String why) {
        exchange.getResponseHeaders()
                .put(HttpString.tryFromString("Retry-After"), RETRY_AFTER_SECONDS);
        refuse(exchange, StatusCodes.SERVICE_UNAVAILABLE, why);
    }

    private static void refuse(HttpServerExchange exchange, int status, String why) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(why);
    }

    private boolean originAllowed(HttpServerExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
        if (origin == null) {
            return true;
        }
        if (allowedOrigins.isEmpty()) {
            String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
            return host != null && host.equalsIgnoreCase(authority(origin));
        }
        return allowedOrigins.contains("*")
                || allowedOrigins.contains(origin.toLowerCase(Locale.ROOT));
    }

    private static @Nullable String authority(String origin) {
        try {
            return new URI(origin).getAuthority();
        } catch (URISyntaxException e) {
            return null; // no host equals it, so it is refused
        }
    }
}
