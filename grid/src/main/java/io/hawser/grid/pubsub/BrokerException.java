package io.hawser.grid.pubsub;

/** A broker could not do what it was asked. Stages complete exceptionally with it, never bare. */
public final class BrokerException extends RuntimeException {
    /** Why. */
    public enum Reason {
        /** The store cannot be reached or did not answer in time; the caller may try again. */
        UNAVAILABLE,
        /** A bounded queue before the store is full; nothing was sent. */
        QUEUE_FULL,
        /**
         * The channel remembers as many idempotency keys as it may; nothing was stored. The caller
         * may try again when some of them are forgotten.
         */
        KEYS_FULL,
        /** The user has as many positions as a user may have; nothing was stored. */
        POSITIONS_FULL,
        /** The store answered with an error that trying again will not mend. */
        FAILED
    }

    private final Reason reason;

    public BrokerException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public BrokerException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
