package io.hawser.server.binding;

/**
 * The address of a service, which may carry a password: {@code redis://:secret@host}, {@code
 * jdbc:postgresql://host/db?password=secret}. Print-outs show it without. Immutable.
 *
 * @param reveal the whole address; for use, never for a log; empty if not configured
 */
public record ServiceUri(String reveal) {
    private static final String MASK = "***";

    /** True if none is configured. */
    public boolean isEmpty() {
        return reveal.isEmpty();
    }

    /**
     * Credentials before the host and the whole query are masked; all but the scheme if they cannot
     * be told apart.
     */
    @Override
    public String toString() {
        int start = reveal.indexOf("//") + 2;
        int at = reveal.lastIndexOf('@');
        int query = reveal.indexOf('?');
        if (at >= 0 && (start < 2 || (query >= 0 && query < at))) {
            return reveal.substring(0, start < 2 ? 0 : start) + MASK;
        }
        String hidden = at < 0 ? reveal : reveal.substring(0, start) + MASK + reveal.substring(at);
        return query < 0 ? hidden : hidden.substring(0, hidden.indexOf('?') + 1) + MASK;
    }
}
