package io.hawser.grid.pubsub;

import io.hawser.grid.pubsub.ChannelCounters.Way;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts bus and reads of one channel into one unbroken sequence. Pure, not thread-safe: the part of
 * {@link ChannelMachine} that knows offsets.
 */
final class StreamFollower {
    private final ChannelCounters counters;
    private final EarlyPublications early;
    private final RecentPublications recent;

    /** In order, not taken out yet. */
    private List<Publication> advanced = new ArrayList<>();

    private @Nullable String epoch;
    private long last;
    private long highestSeen;
    private long oldest = 1;

    /** A read that was asked for, and what was known then. */
    record Read(long id, long since, int limit, long lastThen, long highestThen) {}

    /**
     * What a read changed.
     *
     * @param lost the sequence could not be continued; the position is a new one
     * @param suspect something was seen that does not fit; another read is needed
     * @param tooFar recoveries from here or below do not fit one read; -1 if none is known
     * @param row what is known without a gap, up to the position
     */
    record Outcome(boolean lost, boolean suspect, long tooFar, List<Publication> row) {}

    StreamFollower(ChannelLimits limits, ChannelCounters counters) {
        this.counters = counters;
        this.early = new EarlyPublications(limits.maxKept(), limits.maxKeptBytes());
        this.recent = new RecentPublications(limits.maxKept(), limits.maxKeptBytes());
    }

    boolean isKnown() {
        return epoch != null;
    }

    StreamPosition top() {
        String known = epoch;
        return known == null ? StreamPosition.NONE : new StreamPosition(last, known);
    }

    long last() {
        return last;
    }

    /** Highest offset that is known to exist. */
    long highest() {
        return highestSeen;
    }

    /** True if publications beyond {@link #last} are known to exist. */
    boolean hasGap() {
        return highestSeen > last;
    }

    /** Publications below this offset are known to be gone. */
    long oldest() {
        return oldest;
    }

    int kept() {
        return early.count() + recent.count();
    }

    /** What continued the sequence since the last call, in order. */
    List<Publication> takeAdvanced() {
        if (advanced.isEmpty()) {
            return List.of();
        }
        List<Publication> taken = advanced;
        advanced = new ArrayList<>();
        return taken;
    }

    /** A publication from the bus; true if it does not fit and a read must tell why. */
    boolean arrived(String itsEpoch, Publication publication) {
        String known = epoch;
        if (known == null) {
            return !keepEarly(itsEpoch, publication);
        }
        if (!known.equals(itsEpoch)) {
            counters.count(Way.FOREIGN_EPOCH);
            return true;
        }
        if (publication.offset() <= last) {
            counters.count(Way.DUPLICATE_DROPPED);
            return false;
        }
        highestSeen = Math.max(highestSeen, publication.offset());
        if (publication.offset() > last + 1) {
            counters.count(Way.GAP_SEEN);
            keepEarly(itsEpoch, publication);
            return false;
        }
        advance(publication);
        drainEarly(known);
        return false;
    }

    private boolean keepEarly(String itsEpoch, Publication publication) {
        boolean kept = early.add(itsEpoch, publication);
        counters.count(kept ? Way.EARLY_KEPT : Way.EARLY_OVERFLOW);
        return kept;
    }

    private void advance(Publication publication) {
        last = publication.offset();
        highestSeen = Math.max(highestSeen, last);
        advanced.add(publication);
        if (!recent.add(publication)) {
            counters.count(Way.WINDOW_OVERFLOW);
        }
    }

    private void drainEarly(String known) {
        for (Publication next = early.next(known, last);
                next != null;
                next = early.next(known, last)) {
            advance(next);
        }
    }

    /** A read is being asked for: remember what comes from now on. */
    Read open(long id, long since, int limit) {
        recent.open(last);
        return new Read(id, since, limit, last, highestSeen);
    }

    /** The read will not be answered. */
    void readEnded() {
        recent.close();
    }

    /** The answer to {@code read}. */
    Outcome read(Read read, History history) {
        StreamPosition top = history.top();
        String known = epoch;
        Outcome outcome;
        if (known == null) {
            outcome = begin(read, history, false);
        } else if (!known.equals(top.epoch())) {
            counters.count(Way.LOST_BY_EPOCH);
            outcome = begin(read, history, true);
        } else if (top.offset() < Math.max(read.lastThen(), read.highestThen())) {
            counters.count(Way.LOST_BY_ROLLBACK);
            outcome = begin(read, history, true);
        } else {
            outcome = follow(read, history, known);
        }
        recent.close();
        return outcome;
    }

    /**
     * Takes the read's top as the position, whatever was before. What is known beyond it belongs to
     * the joins that are answered now, not to those who listened before.
     */
    private Outcome begin(Read read, History history, boolean lost) {
        StreamPosition top = history.top();
        List<Publication> continuation = advanced;
        advanced = new ArrayList<>();
        boolean foreign = !early.isOnlyOf(top.epoch());
        epoch = top.epoch();
        last = top.offset();
        highestSeen = last;
        oldest = 1;
        learnOldest(read, history);
        recent.open(last);
        drainEarly(top.epoch());
        highestSeen = Math.max(last, early.highest());
        advanced = continuation;
        return new Outcome(lost, foreign, -1, recent.joinedTo(history.publications()));
    }

    private Outcome follow(Read read, History history, String known) {
        List<Publication> found = history.publications();
        long before = last;
        learnOldest(read, history);
        drainEarly(known);
        for (Publication publication : found) {
            if (publication.offset() == last + 1) {
                advance(publication);
                drainEarly(known);
            }
        }
        if (last > before) {
            counters.count(Way.REPAIRED_FROM_STREAM);
        }
        if (isBroken(history)) {
            counters.count(Way.LOST_BY_TRIM);
            return begin(read, history, true);
        }
        highestSeen = Math.max(highestSeen, history.top().offset());
        if (hasGap()) {
            counters.count(
                    read.limit() == 0 ? Way.CHECK_FOUND_MORE : Way.REPAIR_NEEDS_ANOTHER_PAGE);
        }
        return new Outcome(false, false, tooFar(read, found), recent.joinedTo(found));
    }

    /** True if the publication after {@code last} is known to be gone. */
    private boolean isBroken(History history) {
        return last < history.top().offset() && last + 1 < oldest;
    }

    /** A stream has no holes, so where a read begins later than asked, the rest is gone. */
    private void learnOldest(Read read, History history) {
        if (read.limit() == 0) {
            return;
        }
        long expected = read.since() + 1;
        for (Publication publication : history.publications()) {
            if (publication.offset() != expected) {
                oldest = Math.max(oldest, publication.offset());
            }
            expected = publication.offset() + 1;
        }
        if (history.publications().isEmpty() && read.since() < history.top().offset()) {
            oldest = Math.max(oldest, history.top().offset() + 1);
        }
    }

    /** If the read was cut before it reached what was known, its beginning is out of reach. */
    private long tooFar(Read read, List<Publication> found) {
        boolean cut = !found.isEmpty() && found.getLast().offset() < read.lastThen();
        return cut && !recent.isTorn() ? read.since() : -1;
    }
}
