package io.hawser.server.endpoint;

import io.hawser.server.websocket.Refusal;
import io.hawser.server.websocket.UpgradeGate;
import io.hawser.server.websocket.UpgradeRequest;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Keeps out what must not become a connection: while the node does not serve or is full, and
 * foreign origins. Thread-safe.
 */
final class HandshakeGate implements UpgradeGate {
    private final BooleanSupplier serving;
    private final IntSupplier connections;
    private final int maxConnections;
    private final List<String> allowedOrigins;

    HandshakeGate(
            BooleanSupplier serving,
            IntSupplier connections,
            int maxConnections,
            List<String> allowedOrigins) {
        this.serving = serving;
        this.connections = connections;
        this.maxConnections = maxConnections;
        this.allowedOrigins = allowedOrigins.stream().map(o -> o.toLowerCase(Locale.ROOT)).toList();
    }

    @Override
    public @Nullable Refusal refusal(UpgradeRequest request) {
        if (!serving.getAsBoolean()) {
            return Refusal.unavailable("this node does not take connections now");
        }
        if (connections.getAsInt() >= maxConnections) {
            return Refusal.unavailable("this node is full: node.max_connections reached");
        }
        if (!originAllowed(request)) {
            return Refusal.forbidden("origin not allowed: add it to client.allowed_origins");
        }
        return null;
    }

    private boolean originAllowed(UpgradeRequest request) {
        String origin = request.header("origin");
        if (origin == null) {
            return true;
        }
        if (allowedOrigins.isEmpty()) {
            String host = request.header("host");
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
