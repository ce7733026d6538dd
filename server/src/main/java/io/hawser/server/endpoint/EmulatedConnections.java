package io.hawser.server.endpoint;

import io.hawser.grid.pubsub.Payload;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This node's connections whose clients speak by requests of their own, by the secret that only the
 * client knows. Bounded by the number of connections. Thread-safe.
 */
final class EmulatedConnections {
    private static final int SECRET_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, ClientConnection> bySecret = new ConcurrentHashMap<>();

    String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    void add(String secret, ClientConnection connection) {
        bySecret.put(secret, connection);
    }

    void remove(String secret) {
        bySecret.remove(secret);
    }

    /**
     * Hands commands to their connection, in the order of the calls. Completes once it has them.
     */
    CompletionStage<EmulationOutcome> deliver(String secret, Payload data) {
        ClientConnection connection = bySecret.get(secret);
        if (connection == null) {
            return CompletableFuture.completedFuture(EmulationOutcome.UNKNOWN_SESSION);
        }
        var outcome = new CompletableFuture<EmulationOutcome>();
        connection.execute(
                () -> {
                    try {
                        connection.received(data.bytes());
                    } finally {
                        outcome.complete(EmulationOutcome.DELIVERED);
                    }
                });
        return outcome;
    }
}
