package io.hawser.server.binding;

/**
 * A text that no print-out shows: passwords, keys, signing secrets. Immutable.
 *
 * @param reveal the text itself; for use, never for a log; empty if not configured
 */
public record Secret(String reveal) {
    /** True if none is configured. */
    public boolean isEmpty() {
        return reveal.isEmpty();
    }

    @Override
    public String toString() {
        return isEmpty() ? "" : "***";
    }
}
