package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node's word in the {@link NodeDirectory}.
 *
 * @param id the node
 * @param cluster {@link ClusterKey#directoryName()}
 * @param grid {@code host:port} of its grid member
 * @param address public {@code host:port}; port 0 until it listens
 * @param incarnation of the node; while it starts, the last one known
 */
record DirectoryEntry(String id, String cluster, String grid, String address, long incarnation) {
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    String toJson() {
        return JSON.writeValueAsString(this);
    }

    /** The entry written in {@code json}, or null if it is none: anyone may write into Redis. */
    static @Nullable DirectoryEntry parse(String json) {
        try {
            DirectoryEntry entry = JSON.readValue(json, DirectoryEntry.class);
            return entry != null && entry.isWhole() ? entry : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** The reader of records leaves out what the text does not have. */
    @SuppressWarnings("ConstantConditions") // see above: null in spite of the types
    private boolean isWhole() {
        return id != null && cluster != null && grid != null && address != null && incarnation >= 0;
    }
}
