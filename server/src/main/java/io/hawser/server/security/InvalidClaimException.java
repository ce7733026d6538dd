package io.hawser.server.security;

/** A claim is not what it should be; its message becomes {@link TokenCheck.Invalid#reason()}. */
final class InvalidClaimException extends Exception {
    InvalidClaimException(String message) {
        super(message);
    }
}
