package io.hawser.cli.bench;

import java.util.Locale;

/** What is measured. */
public enum BenchKind {
    /** Publishers without subscribers: publishes a second, by their replies. */
    PUBLISH,
    /** Subscribers alone: what arrives from elsewhere. */
    SUBSCRIBE,
    /** Publishers and subscribers: deliveries a second. */
    FANOUT,
    /** Handshakes and subscriptions a second. */
    CONNECT,
    /** Publishers and subscribers at a fixed rate: how long a message takes. */
    LATENCY;

    boolean publishes() {
        return this == PUBLISH || this == FANOUT || this == LATENCY;
    }

    boolean subscribes() {
        return this != PUBLISH;
    }

    /** Whether what arrives is compared with what was published by the same run. */
    boolean expects() {
        return this == FANOUT || this == LATENCY;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
