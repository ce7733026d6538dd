package io.hawser.server.storage;

/**
 * How PostgreSQL was when last looked at. Immutable, thread-safe.
 *
 * @param latencyMs round trip of the last look, in whole milliseconds; 0 unless up
 */
public record DatabaseStatus(State state, long latencyMs) {
    /** Whether there is a database to talk to. */
    public enum State {
        /** It answers and its schema is ours. */
        UP,
        /** It is configured and does not answer, refuses us, or could not be migrated. */
        DOWN,
        /** None is configured. */
        OFF
    }

    static final DatabaseStatus DOWN = new DatabaseStatus(State.DOWN, 0);
    static final DatabaseStatus OFF = new DatabaseStatus(State.OFF, 0);

    /** Whether work may be tried. */
    public boolean isUp() {
        return state == State.UP;
    }
}
