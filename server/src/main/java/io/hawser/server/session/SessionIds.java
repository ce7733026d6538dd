package io.hawser.server.session;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Ids by which clients are known again. Whoever has one gets what is kept of the session, so nobody
 * can guess one. Thread-safe.
 */
public final class SessionIds {
    private static final int BYTES = 16;

    /** Ours have 22; what a client made up itself is not refused for being longer. */
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{16,64}");

    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionIds() {}

    /** A new one of 128 random bits. */
    public static String newId() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What a client has shown, if it can be an id; else empty. */
    public static String orEmpty(String shown) {
        return VALID.matcher(shown).matches() ? shown : "";
    }
}
