package io.hawser.grid.stream;

import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Recovery;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.ChannelCounters.Way;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/** Joins of one channel that wait for an answer, and the rules of the answer. Not thread-safe. */
final class WaitingJoins {
    private final ChannelLimits limits;
    private final ChannelCounters counters;

    /** Deadlines rise from first to last. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /**
     * @param firstFreshRead a read with this number or a higher one was asked after the join came
     */
    private record Waiting(
            long joinId, JoinRequest request, long deadlineMs, long firstFreshRead) {}

    /**
     * What is known of the stream.
     *
     * @param highest highest offset that is known to exist, at least the top's
     * @param oldest publications below this offset are known to be gone
     * @param tooFar a recovery from this offset or below is known to be too large for one read
     * @param finishedRead number of the last read that was answered, 0 if none
     * @param row publications without a gap, the last one at {@code top}; may be empty
     */
    record Known(
            StreamPosition top,
            long highest,
            long oldest,
            long tooFar,
            long finishedRead,
            List<Publication> row) {}

    /** A read that would bring answers; {@code limit} 0 asks for the top only. */
    record Wanted(long sinceOffset, int limit) {}

    WaitingJoins(ChannelLimits limits, ChannelCounters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int count() {
        return waiting.size();
    }

    /** When the first one's time is over; far in the future if there is none. */
    long nextDeadlineMs() {
        Waiting first = waiting.peekFirst();
        return first == null ? Long.MAX_VALUE : first.deadlineMs();
    }

    /** Lets one wait, unless too many do. */
    boolean add(ChannelEvent.JoinRequested join, long nowMs, long firstFreshRead) {
        if (waiting.size() >= limits.maxWaiting()) {
            return false;
        }
        waiting.addLast(
                new Waiting(
                        join.joinId(),
                        join.request(),
                        nowMs + limits.joinTimeoutMs(),
                        firstFreshRead));
        return true;
    }

    void failAll(String why, List<ChannelAction> out) {
        for (Waiting join : waiting) {
            counters.count(Way.JOIN_WHILE_DOWN);
            out.add(new ChannelAction.JoinFailed(join.joinId(), Reason.UNAVAILABLE, why));
        }
        waiting.clear();
    }

    void failExpired(long nowMs, List<ChannelAction> out) {
        while (nowMs >= nextDeadlineMs()) {
            Waiting join = waiting.removeFirst();
            counters.count(Way.JOIN_TIMED_OUT);
            out.add(
                    new ChannelAction.JoinFailed(
                            join.joinId(), Reason.UNAVAILABLE, "store did not answer in time"));
        }
    }

    /** Answers everyone for whom enough is known; true if that was at least one. */
    boolean answerAll(Known known, List<ChannelAction> out) {
        boolean any = false;
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting join = all.next();
            JoinResult result = decide(join, known);
            if (result != null) {
                all.remove();
                out.add(new ChannelAction.Joined(join.joinId(), result));
                any = true;
            }
        }
        return any;
    }

    /** The same for the one that came last, who is the only one about whom anything is new. */
    boolean answerLast(Known known, List<ChannelAction> out) {
        Waiting join = waiting.peekLast();
        JoinResult result = join == null ? null : decide(join, known);
        if (join == null || result == null) {
            return false;
        }
        waiting.removeLast();
        out.add(new ChannelAction.Joined(join.joinId(), result));
        return true;
    }

    /** Without history there is nothing to decide. */
    boolean answerUnpositioned(List<ChannelAction> out) {
        boolean any = !waiting.isEmpty();
        for (Waiting join : waiting) {
            counters.count(Way.JOINED_UNPOSITIONED);
            out.add(new ChannelAction.Joined(join.joinId(), UNPOSITIONED));
        }
        waiting.clear();
        return any;
    }

    private static final JoinResult UNPOSITIONED =
            new JoinResult(StreamPosition.NONE, false, List.of());

    private @Nullable JoinResult decide(Waiting join, Known known) {
        JoinRequest request = join.request();
        StreamPosition since = request.since();
        if (!request.history().enabled()) {
            counters.count(Way.JOINED_UNPOSITIONED);
            return UNPOSITIONED;
        }
        if (since == null) {
            return notRecovered(known, Way.JOINED_FRESH);
        }
        long missed = known.top().offset() - since.offset();
        if (!Recovery.sameEpoch(since, known.top().epoch()) || missed < 0) {
            boolean soon = missed < 0 && since.offset() <= known.highest();
            if (soon || known.finishedRead() < join.firstFreshRead()) {
                return null;
            }
            return notRecovered(known, missed < 0 ? Way.JOINED_AHEAD : Way.JOINED_OTHER_EPOCH);
        }
        if (missed == 0) {
            counters.count(Way.JOINED_WITHOUT_READ);
            return new JoinResult(known.top(), true, List.of());
        }
        if (missed > limits.maxRead() || !Recovery.withinLimits(request, missed)) {
            return notRecovered(known, Way.JOINED_BEYOND_LIMIT);
        }
        if (since.offset() + 1 < known.oldest()) {
            return notRecovered(known, Way.JOINED_TRIMMED);
        }
        int row = known.row().size();
        if (missed <= row) {
            boolean earlier = known.finishedRead() < join.firstFreshRead();
            counters.count(earlier ? Way.JOINED_BY_SHARED_READ : Way.JOINED_RECOVERED);
            return new JoinResult(known.top(), true, known.row().subList(row - (int) missed, row));
        }
        return since.offset() <= known.tooFar() ? notRecovered(known, Way.JOIN_READ_CUT) : null;
    }

    private JoinResult notRecovered(Known known, Way way) {
        counters.count(way);
        return new JoinResult(known.top(), false, List.of());
    }

    /** The read that serves most of those who wait; null if nobody needs one. */
    @Nullable Wanted wanted(StreamPosition top) {
        long lowest = Long.MAX_VALUE;
        for (Waiting join : waiting) {
            StreamPosition since = join.request().since();
            if (since != null
                    && Recovery.sameEpoch(since, top.epoch())
                    && since.offset() < top.offset()) {
                lowest = Math.min(lowest, since.offset());
            }
        }
        if (lowest < Long.MAX_VALUE) {
            return new Wanted(lowest, (int) (top.offset() - lowest) + limits.pageSize());
        }
        return waiting.isEmpty() ? null : new Wanted(top.offset(), 0);
    }

    /** The first read of a channel, when its position is not known yet. */
    Wanted wantedAtStart() {
        long lowest = Long.MAX_VALUE;
        int limit = 0;
        for (Waiting join : waiting) {
            JoinRequest request = join.request();
            StreamPosition since = request.since();
            if (since != null) {
                lowest = Math.min(lowest, since.offset());
                int most = Math.min(request.recoveryLimit(), request.history().size());
                limit = Math.max(limit, Math.min(most, limits.maxRead()) + 1);
            }
        }
        return lowest == Long.MAX_VALUE ? new Wanted(0, 0) : new Wanted(lowest, limit);
    }
}
