package io.hawser.grid.cluster;

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
    /** Writes a node's entry, which vanishes after {@code ttl}. */
    void put(NodeId id, String json, Duration ttl);

    /** All entries, of all clusters, by node id as it stands in the key. */
    Map<String, String> list();

    /** Takes a node's entry away. */
    void remove(NodeId id);
}
