package io.hawser.server.security;

/**
 * What became of a token that was looked at. Immutable, thread-safe.
 *
 * @param <T> what a good token says
 */
public sealed interface TokenCheck<T> {
    /** Signed by us and in force. */
    record Valid<T>(T token) implements TokenCheck<T> {}

    /** Signed by us, but its time is over or has not come: the client should fetch a new one. */
    record Expired<T>() implements TokenCheck<T> {}

    /**
     * Not to be trusted.
     *
     * @param reason for the log, in words; holds nothing of the token's text but the names of its
     *     claims and its algorithm
     */
    record Invalid<T>(String reason) implements TokenCheck<T> {}
}
