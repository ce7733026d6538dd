package io.hawser.server.websocket;

import org.jspecify.annotations.Nullable;

/** Decides whether an upgrade request is let in. Called on I/O threads; must not block. */
@FunctionalInterface
public interface UpgradeGate {
    /** Why not; null to let it in. */
    @Nullable Refusal refusal(UpgradeRequest request);

    /** A cookie to set for a client that is let in, as the header has it; empty for none. */
    default String cookie(UpgradeRequest request) {
        return "";
    }
}
