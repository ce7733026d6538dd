package io.hawser.grid.priority;

/** Order of channels against each other, wherever messages wait. Each is a lane of its own. */
public enum Priority {
    HIGH,
    NORMAL,
    LOW;

    /** Whether it goes before {@code other}. */
    public boolean isAbove(Priority other) {
        return compareTo(other) < 0;
    }
}
