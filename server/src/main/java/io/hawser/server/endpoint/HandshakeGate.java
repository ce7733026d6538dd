package io.hawser.server.endpoint;

import io.hawser.server.websocket.Refusal;
import io.hawser.server.websocket.UpgradeGate;
import io.hawser.server.websocket.UpgradeRequest;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.LongAdder;
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
    private final Origins origins;
    private final Visits visits;
    private final LongAdder refused;

    /**
     * @param refused counts those for whom there was no room
     */
    HandshakeGate(
            BooleanSupplier serving,
            IntSupplier connections,
            int maxConnections,
            Origins origins,
            Visits visits,
            LongAdder refused) {
        this.visits = visits;
        this.refused = refused;
        this.serving = serving;
        this.connections = connections;
        this.maxConnections = maxConnections;
        this.origins = origins;
    }

    @Override
    public @Nullable Refusal refusal(UpgradeRequest request) {
        return refusal(request.header("origin"), request.header("host"));
    }

    @Override
    public String cookie(UpgradeRequest request) {
        return visits.given(request);
    }

    /** The same for any request that would open a connection. */
    @Nullable Refusal refusal(@Nullable String origin, @Nullable String host) {
        if (!serving.getAsBoolean()) {
            return Refusal.unavailable("this node does not take connections now");
        }
        if (connections.getAsInt() >= maxConnections) {
            refused.increment();
            return Refusal.unavailable("this node is full: node.max_connections reached");
        }
        return origins.allowed(origin, host) ? null : Origins.REFUSAL;
    }
}
