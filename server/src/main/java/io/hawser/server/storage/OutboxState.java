package io.hawser.server.storage;

/**
 * How the outbox is.
 *
 * @param waiting rows that wait, {@link OutboxTable#MAX_COUNTED} standing for more
 * @param oldestAgeMs how long the one with the lowest id has waited; 0 if none waits
 * @param dead refused rows, {@link OutboxTable#MAX_COUNTED} standing for more
 */
public record OutboxState(long waiting, long oldestAgeMs, long dead) {
    /** Nothing known, or nothing there. */
    public static final OutboxState EMPTY = new OutboxState(0, 0, 0);
}
