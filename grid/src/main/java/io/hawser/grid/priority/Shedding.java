package io.hawser.grid.priority;

import java.util.concurrent.atomic.LongAdder;

/**
 * Whether a node is overloaded, so that what is of low priority goes sooner than usual wherever
 * something waits, and how much went. Thread-safe; asking never waits.
 */
public final class Shedding {
    /** While it is on, low may take up one in so many of what all may. */
    public static final int SHARE = 8;

    private volatile boolean on;

    /** Those of low priority that were refused while it was on. */
    public final LongAdder publishes = new LongAdder();

    /** Publications of low priority that were dropped for slow clients because it was on. */
    public final LongAdder deliveries = new LongAdder();

    public boolean isOn() {
        return on;
    }

    /** Begins or ends it. */
    public void set(boolean overloaded) {
        on = overloaded;
    }
}
