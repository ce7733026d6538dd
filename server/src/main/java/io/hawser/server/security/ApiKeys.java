package io.hawser.server.security;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Knows the key of the admin and server API. Thread-safe; the time of a check says nothing about
 * the key but its length.
 */
public final class ApiKeys {
    private final byte[] key;

    /**
     * @param configuredKey {@code api.key}; with an empty one nobody gets in
     */
    public ApiKeys(String configuredKey) {
        key = configuredKey.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether {@code offered}, the header {@code X-API-Key} or null, is the key. */
    public boolean matches(@Nullable String offered) {
        return key.length > 0
                && offered != null
                && MessageDigest.isEqual(offered.getBytes(StandardCharsets.UTF_8), key);
    }
}
