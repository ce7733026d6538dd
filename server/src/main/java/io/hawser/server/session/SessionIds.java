package io.hawser.server.session;

import java.util.regex.Pattern;

/** What may be an id by which a client is known again. Thread-safe. */
public final class SessionIds {
    /** Ours have up to 87; what a client made up itself may look as it likes in this. */
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._~-]{16,96}");

    private SessionIds() {}

    /** What a client has shown, if it can be an id; else empty. */
    public static String orEmpty(String shown) {
        return VALID.matcher(shown).matches() ? shown : "";
    }
}
