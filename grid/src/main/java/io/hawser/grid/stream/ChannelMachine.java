package io.hawser.grid.stream;

import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.ChannelCounters.Way;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One channel on one node: hears it, knows its position, fills gaps, answers joins. A pure state
 * machine: time and events in, actions out; no I/O, no clock. Not thread-safe: stepped on the
 * channel's lane.
 *
 * <pre>
 *   DOWN ── restored ──> SUBSCRIBING ── confirmed ──> READING ── read ──> LIVE
 *    ^                                    (without history: straight to LIVE)
 *    └── connection lost, from everywhere        nobody listens for a while ──> CLOSED
 * </pre>
 *
 * At most one read is open. What continues the channel, from the bus or from a read, is delivered
 * once and in order, so all local subscribers always stand at the same position. A gap is filled by
 * a read (LIVE goes on meanwhile); what cannot be filled is told by {@link
 * ChannelAction.PositionLost}, after which nothing is delivered until the next join is answered. A
 * stream that is seen to be a fork stands still until a read has made it a new epoch.
 */
public final class ChannelMachine {
    /** Where the machine stands. */
    enum Phase {
        DOWN,
        SUBSCRIBING,
        READING,
        LIVE,
        CLOSED
    }

    private final ChannelLimits limits;
    private final ChannelCounters counters;
    private final CheckPace checks;
    private final long checkEveryMs;
    private final WaitingJoins joins;
    private final StreamFollower stream;

    private Phase phase = Phase.DOWN;

    /** Of the last join with history; kept when a later one has none. */
    private boolean positioned;

    private boolean audience;
    private boolean suspect;
    private @Nullable OpenRead reading;
    private long lastReadId;
    private long finishedRead;
    private long readRetryMs;
    private long retryAtMs;
    private long nextCheckAtMs;
    private boolean checkReserved;
    private long nextJoinReadAtMs = Long.MIN_VALUE;
    private long rowUntilMs;
    private long subscribeAgainAtMs;
    private long idleSinceMs;

    /** The read that is under way; {@code repair} if it is to fill a gap. */
    private record OpenRead(StreamFollower.Read read, boolean repair) {}

    /**
     * @param checks paces the regular checks of all channels
     * @param spread any number; spreads the checks of several channels over time
     */
    public ChannelMachine(
            ChannelLimits limits,
            ChannelCounters counters,
            CheckPace checks,
            int spread,
            long nowMs) {
        this.limits = limits;
        this.counters = counters;
        this.checks = checks;
        this.joins = new WaitingJoins(limits, counters);
        this.stream = new StreamFollower(limits, counters);
        this.checkEveryMs = limits.checkMs() * (60 + Math.floorMod(spread, 41)) / 100;
        this.readRetryMs = limits.readRetryMs();
        this.idleSinceMs = nowMs;
    }

    /** One event; actions are added to {@code out}. {@code nowMs} never falls. */
    public void step(ChannelEvent event, long nowMs, List<ChannelAction> out) {
        boolean wasIdle = isIdle();
        switch (event) {
            case ChannelEvent.JoinRequested join -> join(join, nowMs, out);
            case ChannelEvent.Left left -> audience = false;
            case ChannelEvent.SubscribeConfirmed confirmed -> confirmed(nowMs, out);
            case ChannelEvent.PublicationArrived arrived -> arrived(arrived, out);
            case ChannelEvent.PresenceArrived arrived -> arrived(arrived, out);
            case ChannelEvent.HistoryRead read -> read(read, nowMs, out);
            case ChannelEvent.HistoryReadFailed failed -> readFailed(failed.readId(), nowMs);
            case ChannelEvent.ConnectionLost lost -> connectionLost(out);
            case ChannelEvent.ConnectionRestored restored -> connectionRestored(nowMs, out);
            case ChannelEvent.Suspected suspected -> suspect = true;
            case ChannelEvent.Tick tick -> tick(nowMs, out);
        }
        if (isIdle() && !wasIdle) {
            idleSinceMs = nowMs;
        }
        if (reading == null && stream.keepsRow() && nowMs >= rowUntilMs) {
            stream.forgetRow();
        }
        readIfNeeded(nowMs, out);
    }

    private boolean isIdle() {
        return !audience && joins.isEmpty();
    }

    /**
     * Whether everything up to a position of the stream has been delivered. A channel that knows no
     * positions cannot tell.
     */
    public boolean hasDelivered(StreamPosition position) {
        if (position.epoch().isEmpty() || !positioned) {
            return phase == Phase.LIVE;
        }
        StreamPosition top = stream.top();
        return top.epoch().equals(position.epoch()) && top.offset() >= position.offset();
    }

    private void join(ChannelEvent.JoinRequested join, long nowMs, List<ChannelAction> out) {
        if (phase == Phase.DOWN || phase == Phase.CLOSED) {
            counters.count(Way.JOIN_WHILE_DOWN);
            out.add(failed(join, Reason.UNAVAILABLE, "store cannot be reached"));
            return;
        }
        if (phase == Phase.LIVE && isIdle()) {
            counters.count(Way.LINGER_CANCELLED);
        }
        if (!joins.add(join, nowMs, lastReadId + 1)) {
            counters.count(Way.JOIN_REFUSED);
            out.add(failed(join, Reason.QUEUE_FULL, "too many joins of one channel"));
            return;
        }
        if (join.request().history().enabled() && !positioned) {
            positioned = true;
            phase = phase == Phase.LIVE ? Phase.READING : phase;
        }
        if (phase == Phase.LIVE) {
            audience |=
                    positioned ? joins.answerLast(known(-1), out) : joins.answerUnpositioned(out);
        }
    }

    private static ChannelAction failed(
            ChannelEvent.JoinRequested join, Reason reason, String why) {
        return new ChannelAction.JoinFailed(join.joinId(), reason, why);
    }

    private void arrived(ChannelEvent.PresenceArrived arrived, List<ChannelAction> out) {
        if (audience) {
            out.add(new ChannelAction.DeliverPresence(arrived.presence()));
        }
    }

    private WaitingJoins.Known known(long tooFar) {
        return new WaitingJoins.Known(
                stream.top(),
                stream.highest(),
                stream.oldest(),
                tooFar,
                finishedRead,
                stream.row());
    }

    private void confirmed(long nowMs, List<ChannelAction> out) {
        if (phase == Phase.SUBSCRIBING) {
            phase = positioned ? Phase.READING : Phase.LIVE;
        } else {
            counters.count(Way.RECONFIRMED);
        }
        if (phase == Phase.LIVE && !positioned) {
            audience |= joins.answerUnpositioned(out);
        }
        suspect = true;
        retryAtMs = Math.min(retryAtMs, nowMs);
    }

    private void arrived(ChannelEvent.PublicationArrived arrived, List<ChannelAction> out) {
        if (!positioned || arrived.position().epoch().isEmpty()) {
            if (audience) {
                out.add(new ChannelAction.Deliver(arrived.publication().withOffset(0)));
            }
            return;
        }
        suspect |= stream.arrived(arrived.position().epoch(), arrived.publication());
        if (stream.isForked()) {
            standStill();
        }
        deliver(out);
    }

    /** A fork: joins wait, too, until a read has brought the new epoch. */
    private void standStill() {
        phase = phase == Phase.LIVE ? Phase.READING : phase;
    }

    private void deliver(List<ChannelAction> out) {
        for (Publication publication : stream.takeAdvanced()) {
            if (audience) {
                out.add(new ChannelAction.Deliver(publication));
            }
        }
    }

    private void read(ChannelEvent.HistoryRead event, long nowMs, List<ChannelAction> out) {
        OpenRead open = reading;
        if (open == null || open.read().id() != event.readId()) {
            return;
        }
        reading = null;
        finishedRead = event.readId();
        nextCheckAtMs = nowMs + checkEveryMs;
        checkReserved = false;
        boolean wasForked = stream.isForked();
        StreamFollower.Outcome outcome = stream.read(open.read(), event.found());
        deliver(out);
        if (outcome.lost() && audience) {
            audience = false;
            out.add(new ChannelAction.PositionLost());
        }
        suspect |= outcome.suspect();
        if (stream.isForked()) {
            standStill();
            if (wasForked) {
                retryLater(nowMs);
            }
            return;
        }
        readRetryMs = limits.readRetryMs();
        phase = Phase.LIVE;
        audience |= joins.answerAll(known(outcome.tooFar()), out);
        keepRow(nowMs);
    }

    private void keepRow(long nowMs) {
        if (stream.keepsRow()) {
            rowUntilMs = nowMs + limits.shareMs();
        } else {
            stream.forgetRow();
        }
    }

    private void readFailed(long readId, long nowMs) {
        OpenRead open = reading;
        if (open == null || open.read().id() != readId) {
            return;
        }
        counters.count(Way.READ_FAILED);
        reading = null;
        stream.forgetRow();
        suspect |= open.repair();
        retryLater(nowMs);
    }

    private void retryLater(long nowMs) {
        retryAtMs = nowMs + readRetryMs;
        readRetryMs = Math.min(readRetryMs * 2, limits.maxReadRetryMs());
    }

    private void connectionLost(List<ChannelAction> out) {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.DOWN;
        reading = null;
        stream.forgetRow();
        stream.doubt();
        joins.failAll("connection to the store is lost", out);
    }

    private void connectionRestored(long nowMs, List<ChannelAction> out) {
        if (phase == Phase.DOWN) {
            phase = Phase.SUBSCRIBING;
            readRetryMs = limits.readRetryMs();
            subscribe(nowMs, out);
        }
    }

    private void subscribe(long nowMs, List<ChannelAction> out) {
        subscribeAgainAtMs = nowMs + limits.subscribeRetryMs();
        out.add(new ChannelAction.Subscribe());
    }

    private void tick(long nowMs, List<ChannelAction> out) {
        joins.failExpired(nowMs, out);
        if (phase == Phase.SUBSCRIBING && nowMs >= subscribeAgainAtMs) {
            counters.count(Way.SUBSCRIBE_AGAIN);
            subscribe(nowMs, out);
        }
        if (phase != Phase.CLOSED && isIdle() && nowMs >= idleSinceMs + limits.lingerMs()) {
            close(out);
        }
    }

    private void close(List<ChannelAction> out) {
        counters.count(Way.LINGER_ENDED);
        if (phase != Phase.DOWN) {
            out.add(new ChannelAction.Unsubscribe());
        }
        phase = Phase.CLOSED;
        reading = null;
        stream.forgetRow();
        out.add(new ChannelAction.Closed());
    }

    /** One read at a time: first the position, then gaps, then joins, then the regular check. */
    private void readIfNeeded(long nowMs, List<ChannelAction> out) {
        if (!mayRead() || nowMs < retryAtMs) {
            return;
        }
        if (!stream.isKnown()) {
            suspect = false;
            open(joins.wantedAtStart(), true, out);
        } else if (suspect || stream.hasGap()) {
            suspect = false;
            open(new WaitingJoins.Wanted(stream.last(), limits.pageSize()), true, out);
        } else if (!joins.isEmpty()) {
            readForJoins(nowMs, out);
        } else if (audience && nowMs >= nextCheckAtMs && isTimeToCheck(nowMs)) {
            checkReserved = false;
            open(new WaitingJoins.Wanted(stream.last(), 0), false, out);
        }
    }

    /** However many join one after the other: a read now and then serves them all. */
    private void readForJoins(long nowMs, List<ChannelAction> out) {
        if (nowMs < nextJoinReadAtMs) {
            counters.count(Way.JOIN_READ_DELAYED);
            return;
        }
        WaitingJoins.Wanted wanted = joins.wanted(stream.top());
        if (wanted != null) {
            nextJoinReadAtMs = nowMs + limits.shareMs();
            open(wanted, false, out);
        }
    }

    /** A check waits for its turn among those of all channels. */
    private boolean isTimeToCheck(long nowMs) {
        if (!checkReserved) {
            checkReserved = true;
            nextCheckAtMs = checks.reserve(nowMs);
        }
        if (nowMs < nextCheckAtMs) {
            counters.count(Way.CHECK_DELAYED);
        }
        return nowMs >= nextCheckAtMs;
    }

    private boolean mayRead() {
        return positioned && reading == null && (phase == Phase.READING || phase == Phase.LIVE);
    }

    private void open(WaitingJoins.Wanted wanted, boolean repair, List<ChannelAction> out) {
        long id = ++lastReadId;
        reading = new OpenRead(stream.open(id, wanted.sinceOffset(), wanted.limit()), repair);
        out.add(new ChannelAction.ReadHistory(id, wanted.sinceOffset(), wanted.limit()));
    }

    /** When the machine wants its next {@link ChannelEvent.Tick} at the latest. */
    public long wakeAtMs() {
        if (phase == Phase.CLOSED) {
            return Long.MAX_VALUE;
        }
        long closeAtMs = isIdle() ? idleSinceMs + limits.lingerMs() : Long.MAX_VALUE;
        long wake = Math.min(closeAtMs, joins.nextDeadlineMs());
        if (phase == Phase.SUBSCRIBING) {
            wake = Math.min(wake, subscribeAgainAtMs);
        }
        if (mayRead()) {
            wake = Math.min(wake, Math.max(wantsReadAtMs(), retryAtMs));
        }
        if (reading == null && stream.keepsRow()) {
            wake = Math.min(wake, rowUntilMs);
        }
        return wake;
    }

    private long wantsReadAtMs() {
        if (suspect || !stream.isKnown() || stream.hasGap()) {
            return retryAtMs;
        }
        if (!joins.isEmpty()) {
            return nextJoinReadAtMs;
        }
        return audience ? nextCheckAtMs : Long.MAX_VALUE;
    }

    /** What a read that is asked for now should be compared with. */
    public Witness witness() {
        return stream.witness();
    }

    Phase phase() {
        return phase;
    }

    /** Publications kept in buffers now. */
    public int kept() {
        return stream.kept();
    }

    public int waitingJoins() {
        return joins.count();
    }
}
