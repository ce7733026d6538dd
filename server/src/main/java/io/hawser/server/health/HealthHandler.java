package io.hawser.server.health;

import io.hawser.server.http.JsonResponse;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/**
 * Answers {@code /health} and {@code /ready} on the I/O thread that the request came to: a thread
 * that hangs does not answer, and that is the point. Thread-safe.
 */
public final class HealthHandler {
    private final Health health;

    public HealthHandler(Health health) {
        this.health = health;
    }

    private record Readiness(boolean ready, String status, String node) {}

    /** For load balancers: 503 only if the node serves nobody. */
    public void health(HttpServerExchange exchange) {
        if (JsonResponse.reads(exchange)) {
            int status = health.servesNobody() ? StatusCodes.SERVICE_UNAVAILABLE : StatusCodes.OK;
            JsonResponse.send(exchange, status, health.view());
        }
    }

    /** For deployment tools: 200 if new clients are welcome, whatever the dependencies do. */
    public void ready(HttpServerExchange exchange) {
        if (JsonResponse.reads(exchange)) {
            boolean ready = health.takesClients();
            HealthView view = health.view();
            JsonResponse.send(
                    exchange,
                    ready ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
                    new Readiness(ready, view.status(), view.node()));
        }
    }
}
