package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Addresses of other members, from the directory and from the configured seeds. Never throws: while
 * the directory fails, the last answer holds. Thread-safe.
 */
final class Peers {
    private static final Logger log = LoggerFactory.getLogger(Peers.class);

    /** Some rounds of the announcements and of Hazelcast's search for other parts. */
    private static final long RIVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** In one line of the log. */
    private static final int MAX_NAMED = 5;

    /** They may be there for long. */
    private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ClusterKey key;
    private final List<String> seeds;
    private final @Nullable NodeDirectory directory;
    private volatile List<DirectoryEntry> known = List.of();
    private volatile List<DirectoryEntry> strangers = List.of();
    private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - WARN_NANOS);
    private volatile boolean failing;
    private volatile @Nullable Rival rival;

    private record Rival(DirectoryEntry entry, long seenNanos) {}

    Peers(ClusterKey key, List<String> seeds, @Nullable NodeDirectory directory) {
        this.key = key;
        this.seeds = seeds;
        this.directory = directory;
    }

    /** True if nobody else can be found, ever: a grid of one. */
    boolean none() {
        return directory == null && seeds.isEmpty();
    }

    /**
     * Two nodes with one id write one entry in turn, and whoever reads it may always see its own.
     * So that they meet, each counts the other it has overwritten among its peers for a while.
     */
    void overwrote(DirectoryEntry other) {
        rival = new Rival(other, System.nanoTime());
    }

    /** Where members of this cluster may be. May block as {@link NodeDirectory#list} does. */
    List<HostPort> addresses() {
        Set<HostPort> addresses = new LinkedHashSet<>();
        List<DirectoryEntry> entries = new ArrayList<>(entries());
        warnOfStrangers();
        Rival other = rival;
        if (other != null && System.nanoTime() - other.seenNanos() < RIVAL_NANOS) {
            entries.addAll(ofThisCluster(Stream.of(other.entry())));
        }
        for (DirectoryEntry entry : entries) {
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
                read(directory);
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

    private void read(NodeDirectory from) {
        List<DirectoryEntry> all =
                from.list().values().stream()
                        .map(DirectoryEntry::parse)
                        .filter(Objects::nonNull)
                        .toList();
        strangers = all.stream().filter(entry -> key.isNamesake(entry.cluster())).toList();
        known = ofThisCluster(all.stream());
    }

    /** Nodes of the cluster's name with another secret, as of the last call of {@link #entries}. */
    List<DirectoryEntry> strangers() {
        return strangers;
    }

    private void warnOfStrangers() {
        List<DirectoryEntry> seen = strangers;
        long lastNanos = warnedNanos.get();
        long nowNanos = System.nanoTime();
        if (!seen.isEmpty()
                && nowNanos - lastNanos >= WARN_NANOS
                && warnedNanos.compareAndSet(lastNanos, nowNanos)) {
            log.warn(
                    "{} with another grid.secret, or none, would be in cluster {} and cannot join:"
                            + " {}; all its nodes need the same grid.secret",
                    seen.size() == 1 ? "a node" : seen.size() + " nodes",
                    key,
                    seen.stream()
                            .limit(MAX_NAMED)
                            .map(entry -> entry.id() + " at " + entry.grid())
                            .collect(Collectors.joining(", ")));
        }
    }

    private List<DirectoryEntry> ofThisCluster(Stream<DirectoryEntry> entries) {
        return entries.filter(entry -> entry.cluster().equals(key.directoryName())).toList();
    }
}
