package io.hawser.server.admin;

import io.hawser.server.http.JsonResponse;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * {@code GET /metrics} in the text formats of Prometheus and OpenMetrics. Collects on a virtual
 * thread, since the JVM's own figures take a moment. Thread-safe.
 */
public final class MetricsHandler implements HttpHandler {
    private final CollectorRegistry registry;

    public MetricsHandler(CollectorRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (JsonResponse.reads(exchange)) {
            exchange.dispatch(Thread::startVirtualThread, this::collect);
        }
    }

    private void collect(HttpServerExchange exchange) throws IOException {
        String format =
                TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst(Headers.ACCEPT));
        var text = new ByteArrayOutputStream(1 << 14);
        try (Writer writer = new OutputStreamWriter(text, StandardCharsets.UTF_8)) {
            TextFormat.writeFormat(format, writer, registry.metricFamilySamples());
        }
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, format)
                .put(Headers.CACHE_CONTROL, "no-store");
        exchange.getResponseSender().send(ByteBuffer.wrap(text.toByteArray()));
    }
}
