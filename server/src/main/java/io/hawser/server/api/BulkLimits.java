package io.hawser.server.api;

/**
 * Bounds of one bulk publish.
 *
 * @param maxLines lines of one call that are not blank
 * @param maxBytes of its whole body
 * @param maxLineBytes of one line
 * @param timeoutMs from its head to the end of its body
 */
record BulkLimits(int maxLines, long maxBytes, int maxLineBytes, long timeoutMs) {
    /** With this time for the body. */
    static BulkLimits within(long timeoutMs) {
        return new BulkLimits(100_000, 64L << 20, 1 << 20, timeoutMs);
    }
}
