package io.hawser.server.config;

import java.util.regex.Pattern;

/**
 * The address of a service, which may carry a password: {@code redis://:secret@host}, {@code
 * jdbc:postgresql://host/db?password=secret}. Print-outs show it without. Immutable.
 *
 * @param reveal the whole address; for use, never for a log; empty if not configured
 */
public record ServiceUri(String reveal) {
    /** Greedy up to the last @, since a password may hold one that was not escaped. */
    private static final Pattern USER_INFO = Pattern.compile("//[^/?]*@|//[^?]*@");

    private static final Pattern QUERY = Pattern.compile("\\?.*", Pattern.DOTALL);

    /** True if none is configured. */
    public boolean isEmpty() {
        return reveal.isEmpty();
    }

    /** Credentials before the host and the whole query are masked. */
    @Override
    public String toString() {
        String withoutUser = USER_INFO.matcher(reveal).replaceFirst("//***@");
        return QUERY.matcher(withoutUser).replaceFirst("?***");
    }
}
