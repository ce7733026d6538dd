package io.hawser.server.health;

import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.server.storage.DatabaseStatus;

/**
 * Something that the node needs, as it was when last looked at. Immutable, thread-safe.
 *
 * @param latencyMs round trip of the last look in milliseconds; 0 unless up
 */
public record Dependency(State state, double latencyMs) {
    /** Not configured: the node does without it. */
    public static final Dependency OFF = new Dependency(State.OFF, 0);

    /** Configured and out of reach. */
    public static final Dependency DOWN = new Dependency(State.DOWN, 0);

    /** Whether it is there. */
    public enum State {
        UP,
        DOWN,
        OFF
    }

    /** It answered within so many milliseconds. */
    public static Dependency up(double latencyMs) {
        return new Dependency(State.UP, latencyMs);
    }

    /** The store of a broker; {@link #OFF} for one that has none. */
    public static Dependency of(Broker broker) {
        if (broker instanceof LocalBroker) {
            return OFF;
        }
        return broker.health() == Broker.State.UP ? up(broker.latencyMs()) : DOWN;
    }

    /** PostgreSQL. */
    public static Dependency of(DatabaseStatus status) {
        return switch (status.state()) {
            case UP -> up((double) status.latencyMs());
            case DOWN -> DOWN;
            case OFF -> OFF;
        };
    }
}
