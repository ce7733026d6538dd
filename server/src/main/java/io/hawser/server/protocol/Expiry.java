package io.hawser.server.protocol;

/**
 * When a connection or subscription ends unless its token is refreshed. Immutable, thread-safe.
 *
 * @param expires whether it ends at all
 * @param ttlSeconds seconds from now
 */
public record Expiry(boolean expires, int ttlSeconds) {
    /** Lives as long as it likes. */
    public static final Expiry NEVER = new Expiry(false, 0);

    /** Ends in {@code seconds} seconds, 1 or more: clients read 0 as "does not end". */
    public static Expiry inSeconds(int seconds) {
        return new Expiry(true, Math.max(1, seconds));
    }
}
