package io.hawser.server.admin;

import io.hawser.server.api.ApiHandler;
import io.hawser.server.http.JsonResponse;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

/** Everything on the admin port. Runs on I/O threads; thread-safe. */
public final class AdminRoutes implements HttpHandler {
    private final HttpHandler metrics;
    private final HttpHandler api;
    private final HttpHandler admin;

    public AdminRoutes(MetricsHandler metrics, ApiHandler api, AdminHandler admin) {
        this.metrics = metrics;
        this.api = api;
        this.admin = admin;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        if (path.equals("/metrics")) {
            metrics.handleRequest(exchange);
        } else if (path.startsWith(ApiHandler.PREFIX)) {
            api.handleRequest(exchange);
        } else if (path.startsWith(AdminHandler.PREFIX)) {
            admin.handleRequest(exchange);
        } else {
            JsonResponse.notFound(
                    exchange, "no such path here; there are /metrics, /api/, /admin/v1/");
        }
    }
}
