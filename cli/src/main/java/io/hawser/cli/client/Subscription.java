package io.hawser.cli.client;

import io.hawser.grid.pubsub.StreamPosition;

/** A client's view of one channel. Not thread-safe: belongs to its {@link ClientProtocol}. */
final class Subscription {
    /** Where a subscription stands. */
    enum State {
        /** Waits until {@link #retryAtMs}. */
        WAITING,
        /** The command is sent, the answer is not there. */
        SUBSCRIBING,
        LIVE,
        /** Refused for good. */
        REFUSED
    }

    final String channel;
    State state = State.WAITING;
    StreamPosition position = StreamPosition.NONE;
    boolean recoverable;

    /** On the clock that {@link ClientProtocol} is called with, milliseconds. */
    long retryAtMs;

    int failures;

    Subscription(String channel) {
        this.channel = channel;
    }

    /** Moves on to {@code offset}, never back. */
    void advance(long offset) {
        if (offset > position.offset()) {
            position = new StreamPosition(offset, position.epoch());
        }
    }
}
