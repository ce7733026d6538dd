package io.hawser.grid.cluster;

import java.util.regex.Pattern;

/**
 * A node's name, unique in its cluster and stable across restarts. Immutable, thread-safe.
 *
 * @param value 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit:
 *     it is a part of Redis keys, metric labels and load balancer configuration
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /**
     * @throws IllegalArgumentException if {@code value} is not as described, or is {@code series},
     *     which would collide with the Redis key {@code hawser:metrics:series}
     */
    public NodeId {
        if (!VALID.matcher(value).matches() || value.equals("series")) {
            throw new IllegalArgumentException(
                    "not a node id: '"
                            + value
                            + "' (1 to 64 of A-Z a-z 0-9 . _ -, first a letter or digit, not"
                            + " 'series')");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
