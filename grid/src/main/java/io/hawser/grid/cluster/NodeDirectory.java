package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;

/**
 * Where nodes of a cluster leave word of themselves, so that others find them.
 *
 * <p>Methods may block for some seconds at most and are never called on an I/O thread; when the
 * directory does not answer they throw a {@link DirectoryException}. Implementations are
 * thread-safe.
 */
public interface NodeDirectory {
    /**
     * Writes a node's entry, which vanishes after {@code ttl}.
     *
     * @return what stood there before, null if nothing did. Two nodes that write the entry of one
     *     id at the very same moment may both miss the other's, once.
     */
    @Nullable String put(NodeId id, String json, Duration ttl);

    /** All entries, of all clusters, by node id as it stands in the key. */
    Map<String, String> list();

    /** Takes a node's entry away. */
    void remove(NodeId id);

    /**
     * Remembers which life of a node this is, for a month after the last call, also when its entry
     * has gone: the lives of a cluster that was stopped as a whole are not to be counted anew.
     */
    void lives(NodeId id, long incarnation);

    /** The highest incarnation that is remembered; 0 if there is none. */
    long lastLife(NodeId id);
}
