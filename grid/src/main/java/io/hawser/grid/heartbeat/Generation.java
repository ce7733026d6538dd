package io.hawser.grid.heartbeat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SortedSet;

/** A short name for a set of nodes, the same on every node. */
final class Generation {
    private static final int BYTES = 12;

    private Generation() {}

    static String of(SortedSet<String> nodes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String node : nodes) {
                digest.update((node + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
