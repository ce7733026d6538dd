package io.hawser.grid.stream;

import io.hawser.grid.pubsub.Publication;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What became known in order while a read is open, so that read and live publications can be put
 * together without a seam. Bounded; once over the bound it is torn and good for nothing until the
 * next {@link #open}. Not thread-safe.
 */
final class RecentPublications {
    private final int maxCount;
    private final long maxBytes;
    private List<Publication> publications = new ArrayList<>();
    private long bytes;
    private long start;
    private boolean open;
    private boolean torn;

    RecentPublications(int maxCount, long maxBytes) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /** Begins to remember what comes after {@code last}. */
    void open(long last) {
        close();
        open = true;
        start = last;
    }

    void close() {
        publications = new ArrayList<>();
        bytes = 0;
        open = false;
        torn = false;
    }

    /** The next one in order; false if it was the one too many. */
    boolean add(Publication publication) {
        if (!open || torn) {
            return true;
        }
        publications.add(publication);
        bytes += publication.approximateBytes();
        if (publications.size() > maxCount || bytes > maxBytes) {
            publications = new ArrayList<>();
            bytes = 0;
            torn = true;
        }
        return !torn;
    }

    boolean isTorn() {
        return torn;
    }

    int count() {
        return publications.size();
    }

    /** Offset before the first one remembered. */
    long start() {
        return start;
    }

    /**
     * The longest unbroken row that ends with the newest known publication.
     *
     * @param read what a read gave, by rising offset
     */
    List<Publication> joinedTo(List<Publication> read) {
        if (torn || !open) {
            return List.of();
        }
        List<Publication> backwards = new ArrayList<>();
        long expected = start;
        for (int i = read.size() - 1; i >= 0; i--) {
            long offset = read.get(i).offset();
            if (offset == expected) {
                backwards.add(read.get(i));
                expected--;
            } else if (offset < expected) {
                break;
            }
        }
        Collections.reverse(backwards);
        backwards.addAll(publications);
        return Collections.unmodifiableList(backwards);
    }
}
