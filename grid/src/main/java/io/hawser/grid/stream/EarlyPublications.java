package io.hawser.grid.stream;

import io.hawser.grid.pubsub.Publication;

import org.jspecify.annotations.Nullable;

import java.util.TreeMap;

/**
 * Publications of one epoch that came before their turn, by offset, bounded. What does not fit is
 * left to the stream. Not thread-safe.
 */
final class EarlyPublications {
    private final int maxCount;
    private final long maxBytes;
    private final TreeMap<Long, Publication> byOffset = new TreeMap<>();
    private String epoch = "";
    private long bytes;

    EarlyPublications(int maxCount, long maxBytes) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /** Keeps it, forgetting those of another epoch; false if there is no room. */
    boolean add(String itsEpoch, Publication publication) {
        if (!epoch.equals(itsEpoch)) {
            clear();
            epoch = itsEpoch;
        }
        int size = publication.approximateBytes();
        if (byOffset.size() >= maxCount || bytes + size > maxBytes) {
            return false;
        }
        if (byOffset.putIfAbsent(publication.offset(), publication) == null) {
            bytes += size;
        }
        return true;
    }

    /** Takes out the one whose turn it is after {@code last}; forgets those before. */
    @Nullable Publication next(String itsEpoch, long last) {
        if (!epoch.equals(itsEpoch)) {
            clear();
        }
        while (!byOffset.isEmpty() && byOffset.firstKey() <= last) {
            remove();
        }
        return !byOffset.isEmpty() && byOffset.firstKey() == last + 1 ? remove() : null;
    }

    private Publication remove() {
        Publication first = byOffset.pollFirstEntry().getValue();
        bytes -= first.approximateBytes();
        return first;
    }

    /** True if another publication than this one is kept at {@code offset}. */
    boolean contradict(long offset, long id) {
        Publication kept = byOffset.get(offset);
        return kept != null && kept.id() != 0 && id != 0 && kept.id() != id;
    }

    /** True unless something of another epoch is kept. */
    boolean isOnlyOf(String itsEpoch) {
        return byOffset.isEmpty() || epoch.equals(itsEpoch);
    }

    /** Highest offset kept, 0 if none. */
    long highest() {
        return byOffset.isEmpty() ? 0 : byOffset.lastKey();
    }

    int count() {
        return byOffset.size();
    }

    long bytes() {
        return bytes;
    }

    void clear() {
        byOffset.clear();
        bytes = 0;
    }
}
