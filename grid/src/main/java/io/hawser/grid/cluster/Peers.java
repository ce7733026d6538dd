package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Addresses of other members, from the directory and from the configured seeds. Never throws: while
 * the directory fails, the last answer holds. Thread-safe.
 */
final class Peers {
    private static final Logger log = LoggerFactory.getLogger(Peers.class);

    private final ClusterKey key;
    private final List<String> seeds;
    private final @Nullable NodeDirectory directory;
    private volatile List<DirectoryEntry> known = List.of();
    private volatile boolean failing;

    Peers(ClusterKey key, List<String> seeds, @Nullable NodeDirectory directory) {
        this.key = key;
        this.seeds = seeds;
        this.directory = directory;
    }

    /** True if nobody else can be found, ever: a grid of one. */
    boolean none() {
        return directory == null && seeds.isEmpty();
    }

    /** Where members of this cluster may be. May block as {@link NodeDirectory#list} does. */
    List<HostPort> addresses() {
        Set<HostPort> addresses = new LinkedHashSet<>();
        for (DirectoryEntry entry : entries()) {
            try {
                addresses.add(HostPort.parse(entry.grid()));
            } catch (IllegalArgumentException e) {
                log.warn("ignoring the directory's entry of {}: {}", entry.id(), e.getMessage());
            }
        }
        seeds.forEach(seed -> addresses.add(HostPort.parse(seed)));
        return List.copyOf(addresses);
    }

    /** This cluster's entries in the directory, the last ones known if it does not answer. */
    List<DirectoryEntry> entries() {
        if (directory != null) {
            try {
                known = ofThisCluster(directory.list());
                failing = false;
            } catch (DirectoryException e) {
                if (!failing) {
                    log.warn("the node directory does not answer, using the last list", e);
                }
                failing = true;
            }
        }
        return known;
    }

    private List<DirectoryEntry> ofThisCluster(Map<String, String> directory) {
        return directory.values().stream()
                .map(DirectoryEntry::parse)
                .filter(Objects::nonNull)
                .filter(entry -> entry.cluster().equals(key.directoryName()))
                .toList();
    }
}
