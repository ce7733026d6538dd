package io.hawser.server.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells whether two nodes are configured alike: a digest of all sections but those in which nodes
 * of a cluster differ by nature (node, admin, agent, grid, log, demo). Secrets and addresses of
 * services are not in it. Stateless.
 */
public final class ConfigFingerprint {
    private static final int BYTES = 6;

    private ConfigFingerprint() {}

    /** Twelve hexadecimal digits. */
    public static String of(HawserConfig config) {
        List<Object> common =
                List.of(
                        config.server(),
                        config.drain(),
                        config.api(),
                        config.broker(),
                        config.delivery(),
                        config.redis(),
                        config.database(),
                        config.outbox(),
                        config.balance(),
                        config.affinity(),
                        config.failover(),
                        config.events(),
                        config.client(),
                        config.token(),
                        config.channel(),
                        config.namespaces(),
                        config.scaling());
        byte[] digest = sha256().digest(common.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
