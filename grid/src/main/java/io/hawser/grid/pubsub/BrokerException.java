package io.hawser.grid.pubsub;

import io.hawser.grid.redis.RedisFailure;

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

    /** What a failure of Redis means to whoever asked. */
    public static BrokerException ofRedis(Throwable thrown) {
        RedisFailure failure = RedisFailure.of(thrown);
        Reason reason =
                switch (failure.kind()) {
                    case UNAVAILABLE -> Reason.UNAVAILABLE;
                    case QUEUE_FULL -> Reason.QUEUE_FULL;
                    case REFUSED -> Reason.FAILED;
                };
        return new BrokerException(reason, String.valueOf(failure.getMessage()), failure);
    }

    public Reason reason() {
        return reason;
    }
}
