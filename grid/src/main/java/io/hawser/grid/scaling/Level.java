package io.hawser.grid.scaling;

/**
 * Since when something holds. It begins when the figure crosses its threshold, and ends only when
 * the figure has gone back by the hysteresis, so that noise around the threshold does not start it
 * anew each time. Not thread-safe.
 */
final class Level {
    private static final long NEVER = -1;

    private long sinceMs = NEVER;

    /**
     * Takes the figure of now.
     *
     * @param crossed true if the figure is beyond its threshold
     * @param back true if it is on the near side by more than the hysteresis
     * @return true if it is beyond now, and has not been back for {@code sustainedMs}
     */
    boolean holds(boolean crossed, boolean back, long nowMs, long sustainedMs) {
        if (back) {
            sinceMs = NEVER;
        } else if (crossed && sinceMs == NEVER) {
            sinceMs = nowMs;
        }
        sinceMs = Math.min(sinceMs, nowMs); // a clock that was set back
        return crossed && nowMs - sinceMs >= sustainedMs;
    }
}
