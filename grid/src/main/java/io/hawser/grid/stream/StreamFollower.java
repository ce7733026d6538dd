package io.hawser.grid.stream;

import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.ChannelCounters.Way;

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
    private final RecentIds ids = new RecentIds();

    /** In order, not taken out yet. */
    private List<Publication> advanced = new ArrayList<>();

    private @Nullable String epoch;
    private long last;
    private long highestSeen;
    private long oldest = 1;
    private long lastOnBus;

    /** A publication that the next read is compared with; 0 for the one at {@link #last}. */
    private long anchorOffset;

    private long anchorId;
    private boolean forked;

    /** What the newest read found, joined with what came since; see {@link #row}. */
    private List<Publication> found = List.of();

    private List<Publication> row = List.of();

    /** A read that was asked for, and what was known then. */
    record Read(long id, long since, int limit, long lastThen, long highestThen) {}

    /**
     * What a read changed.
     *
     * @param lost the sequence could not be continued; the position is a new one
     * @param suspect something was seen that does not fit; another read is needed
     * @param tooFar recoveries from here or below do not fit one read; -1 if none is known
     */
    record Outcome(boolean lost, boolean suspect, long tooFar) {}

    StreamFollower(ChannelLimits limits, ChannelCounters counters) {
        this.counters = counters;
        this.early = new EarlyPublications(limits.maxKept(), limits.maxKeptBytes());
        this.recent = new RecentPublications(limits.maxKept(), limits.maxKeptBytes());
    }

    boolean isKnown() {
        return epoch != null;
    }

    /**
     * True once something was seen that contradicts what was delivered: the store has lost a part
     * and gone on. Nothing continues until a read has brought a new epoch.
     */
    boolean isForked() {
        return forked;
    }

    /** What a read should be compared with. */
    Witness witness() {
        String known = epoch;
        return known == null
                ? Witness.NONE
                : new Witness(
                        new StreamPosition(highestSeen, known),
                        anchorOffset == 0 ? last : anchorOffset,
                        anchorOffset == 0 ? ids.of(last) : anchorId,
                        forked);
    }

    /**
     * The store may have changed: what comes now could continue another stream, so the next read
     * that is answered is compared with what was before. What waits for those before it may be of
     * the stream that is gone; reads bring it again.
     */
    void doubt() {
        early.clear();
        if (anchorOffset == 0 && epoch != null) {
            anchorOffset = last;
            anchorId = ids.of(last);
        }
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
        if (forked) {
            return false;
        }
        if (publication.offset() <= last) {
            return cameBefore(publication);
        }
        lastOnBus = publication.offset();
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

    /**
     * A number that was delivered already; true if it is not known to be the same publication, and
     * no read explains it: what a read was quicker to bring comes over the bus in its order later,
     * but the bus itself never goes back.
     */
    private boolean cameBefore(Publication publication) {
        long offset = publication.offset();
        boolean wentBack = offset <= lastOnBus;
        lastOnBus = Math.max(lastOnBus, offset);
        if (ids.contradict(offset, publication.id())) {
            noteFork();
            return true;
        }
        counters.count(Way.DUPLICATE_DROPPED);
        return wentBack && ids.of(offset) == 0;
    }

    private void noteFork() {
        counters.count(Way.FORK_SEEN);
        forked = true;
    }

    private boolean keepEarly(String itsEpoch, Publication publication) {
        boolean kept = early.add(itsEpoch, publication);
        counters.count(kept ? Way.EARLY_KEPT : Way.EARLY_OVERFLOW);
        return kept;
    }

    private void advance(Publication publication) {
        last = publication.offset();
        highestSeen = Math.max(highestSeen, last);
        ids.add(last, publication.id());
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
        forgetRow();
        recent.open(last);
        return new Read(id, since, limit, last, highestSeen);
    }

    /**
     * What is known without a gap up to the position: what the newest read found, and what came
     * since. Empty after {@link #forgetRow}, and once that would be too much.
     */
    List<Publication> row() {
        if (found.isEmpty() && recent.count() == 0) {
            return List.of();
        }
        if (row.isEmpty() || row.getLast().offset() != last) {
            row = recent.joinedTo(found);
        }
        return row;
    }

    /** True if there is a row to forget. */
    boolean keepsRow() {
        return !found.isEmpty();
    }

    /** Gives its memory free; a read that is open will not be answered. */
    void forgetRow() {
        recent.close();
        found = List.of();
        row = List.of();
    }

    /**
     * The answer to {@code read}. If the stream {@link #isForked} afterwards, it brought nothing.
     */
    Outcome read(Read read, StreamRead answer) {
        StreamPosition top = answer.history().top();
        String known = epoch;
        if (known == null) {
            return begin(read, answer, false);
        }
        if (!known.equals(top.epoch())) {
            counters.count(Way.LOST_BY_EPOCH);
            return begin(read, answer, true);
        }
        if (!forked && isFork(read, answer)) {
            noteFork();
        }
        if (forked) {
            return new Outcome(false, true, -1);
        }
        return follow(read, answer, known);
    }

    /** True if the answer has less than was known when it was asked, or something else. */
    private boolean isFork(Read read, StreamRead answer) {
        StreamPosition top = answer.history().top();
        return top.offset() < Math.max(read.lastThen(), read.highestThen())
                || contradicts(top.offset(), answer.topId())
                || answer.history().publications().stream()
                        .anyMatch(p -> contradicts(p.offset(), p.id()));
    }

    /** True if another publication than this one was delivered or waits at {@code offset}. */
    private boolean contradicts(long offset, long id) {
        return ids.contradict(offset, id) || early.contradict(offset, id);
    }

    /**
     * Takes the read's top as the position, whatever was before. What is known beyond it belongs to
     * the joins that are answered now, not to those who listened before.
     */
    private Outcome begin(Read read, StreamRead answer, boolean lost) {
        History history = answer.history();
        StreamPosition top = history.top();
        List<Publication> continuation = advanced;
        advanced = new ArrayList<>();
        boolean foreign = !early.isOnlyOf(top.epoch());
        epoch = top.epoch();
        last = top.offset();
        highestSeen = last;
        oldest = 1;
        lastOnBus = 0;
        anchorOffset = 0;
        forked = false;
        ids.begin(last, answer.topId());
        learnOldest(read, history);
        recent.open(last);
        found = history.publications();
        row = List.of();
        drainEarly(top.epoch());
        highestSeen = Math.max(last, early.highest());
        advanced = continuation;
        return new Outcome(lost, foreign, -1);
    }

    private Outcome follow(Read read, StreamRead answer, String known) {
        History history = answer.history();
        found = history.publications();
        row = List.of();
        anchorOffset = 0;
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
            return begin(read, answer, true);
        }
        highestSeen = Math.max(highestSeen, history.top().offset());
        if (hasGap()) {
            counters.count(
                    read.limit() == 0 ? Way.CHECK_FOUND_MORE : Way.REPAIR_NEEDS_ANOTHER_PAGE);
        }
        return new Outcome(false, false, tooFar(read, found));
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
