package io.hawser.server.admin;

import io.hawser.server.api.ApiHandler;
import io.hawser.server.health.Health;
import io.hawser.server.health.HealthHandler;
import io.hawser.server.http.JsonResponse;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

import org.jspecify.annotations.Nullable;

/** Everything on the public port. Runs on I/O threads; thread-safe. */
public final class PublicRoutes implements HttpHandler {
    private static final String CONNECTIONS = "/connection/";
    private static final String EMULATION = "/emulation";

    private final HttpHandler connections;
    private final HealthHandler health;
    private final HttpHandler route;
    private final @Nullable HttpHandler api;
    private final @Nullable HttpHandler page;

    /**
     * @param connections gets all of {@code /connection/}, and {@code /emulation}
     * @param route gets {@code /route}
     * @param api gets all of {@code /api/}; null if it is not offered on this port
     * @param page gets what is left; null for none
     */
    public PublicRoutes(
            HttpHandler connections,
            Health health,
            HttpHandler route,
            @Nullable ApiHandler api,
            @Nullable DemoPage page) {
        this.connections = connections;
        this.health = new HealthHandler(health);
        this.route = route;
        this.api = api;
        this.page = page;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        if (path.startsWith(CONNECTIONS) || path.equals(EMULATION)) {
            connections.handleRequest(exchange);
            return;
        }
        switch (path) {
            case "/health" -> health.health(exchange);
            case "/ready" -> health.ready(exchange);
            case "/route" -> route.handleRequest(exchange);
            default -> handleOptional(exchange, path);
        }
    }

    private void handleOptional(HttpServerExchange exchange, String path) throws Exception {
        if (api != null && path.startsWith(ApiHandler.PREFIX)) {
            api.handleRequest(exchange);
        } else if (page != null) {
            page.handleRequest(exchange);
        } else {
            JsonResponse.notFound(
                    exchange,
                    "no such path here; there are /connection/websocket, /health, /ready, /route");
        }
    }
}
