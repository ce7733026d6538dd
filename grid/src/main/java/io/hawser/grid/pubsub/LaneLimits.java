package io.hawser.grid.pubsub;

/**
 * What may wait in one lane. More than usual may only for a while: as much as comes while a node
 * warms up or collects garbage is worth a delay, but where more comes than a node can ever do, all
 * would be late for nothing.
 *
 * @param usual tasks that may wait for any length of time, at least 1
 * @param burst tasks that may wait for a while, at least {@code usual}
 * @param maxBytes the same in bytes, at least 1
 */
public record LaneLimits(int usual, int burst, long maxBytes) {
    public LaneLimits {
        if (usual < 1 || burst < usual || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "usual %d, burst %d, bytes %d".formatted(usual, burst, maxBytes));
        }
    }

    /** No bursts, and no bound of bytes. */
    public static LaneLimits of(int tasks) {
        return new LaneLimits(tasks, tasks, Long.MAX_VALUE);
    }
}
