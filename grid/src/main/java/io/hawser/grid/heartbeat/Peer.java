package io.hawser.grid.heartbeat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Another node, as far as it was heard. For the detector's thread. */
final class Peer {
    /** Its host may answer at once, each time. */
    private static final long ASK_AGAIN_MS = 20;

    final Life life;
    private final long addedMs;

    /** When it was last heard, -1 for never; may lie a little later after a pause of this node. */
    private long heardMs = -1;

    /** When its last heartbeat came, -1 for none since it was last forgotten. */
    private long contactMs = -1;

    /** When the grid lost the connection to it, -1 if it was heard since. */
    long lostMs = -1;

    /** When its host first said that nobody listens at its port, -1 if it was heard since. */
    private long closedMs = -1;

    private long askedMs;

    /** Its host said so again a while later, or the grid had lost it too. */
    private boolean closed;

    boolean suspected;

    /** As of the last tick. */
    boolean reached = true;

    boolean voter;
    private long lastSequence;
    private boolean quorum;
    private boolean knewUs;
    private boolean knowsUs;
    private boolean saysSilent;
    private Map<Life, Sight> sights = Map.of();
    private Set<Life> departed = Set.of();

    /**
     * Whom it has ever expected: those it expects no more it has given up, or sees in a new life.
     */
    private final Set<Life> everExpected = new HashSet<>();

    Peer(Life life, boolean voter, long nowMs) {
        this.life = life;
        this.voter = voter;
        this.addedMs = nowMs;
    }

    /** A first heartbeat must name us: one from before our time cannot. */
    boolean isNews(Heartbeat heartbeat, Life self) {
        return lastSequence == 0
                ? heartbeat.sequence() > 0 && heartbeat.sights().containsKey(self)
                : heartbeat.sequence() > lastSequence;
    }

    void heard(Heartbeat heartbeat, Life self, long nowMs) {
        lastSequence = heartbeat.sequence();
        quorum = heartbeat.quorum();
        departed = new HashSet<>();
        sights = new HashMap<>();
        heartbeat.sights().forEach(this::sees);
        everExpected.addAll(sights.keySet());
        everExpected.removeAll(departed);
        knowsUs = heartbeat.sights().containsKey(self);
        knewUs |= knowsUs;
        saysSilent = Sight.SILENT.equals(sights.get(self));
        heardMs = nowMs;
        contactMs = nowMs;
        lostMs = -1;
        closedMs = -1;
        closed = false;
    }

    /**
     * Its host said that nobody listens at its port. Once can be an old answer, or a firewall's
     * moment: it counts if it is said again, or if the connection of the grid has broken as well.
     */
    void portClosed(long nowMs, DetectorSettings settings) {
        if (contactMs < 0) {
            return; // not heard yet, so it may be about to listen
        }
        if (closedMs < 0) {
            closedMs = nowMs;
        }
        closed |= lostMs >= 0 || nowMs - closedMs >= settings.closedMs();
    }

    /** One sign that it is gone has come, and may be a mistake: whether to ask it now. */
    boolean isToBeAsked(long nowMs) {
        boolean due = closedMs >= 0 && !suspected && nowMs - askedMs >= ASK_AGAIN_MS;
        if (due) {
            askedMs = nowMs;
        }
        return due;
    }

    private void sees(Life other, Sight sight) {
        if (sight.kind() == Sight.Kind.LEFT) {
            departed.add(other);
        } else {
            sights.put(other, sight);
        }
    }

    /** Who has said goodbye to it lately; itself, if it just said goodbye. */
    Set<Life> departed() {
        return departed;
    }

    /** This node stood still: what it knows is old, but that is not the other's fault. */
    void forget(long nowMs) {
        if (heardMs >= 0) {
            heardMs = nowMs;
        }
        contactMs = -1;
        lostMs = -1;
        closedMs = -1;
        closed = false;
        saysSilent = false;
    }

    boolean isSilent(long nowMs, DetectorSettings settings) {
        if (closed || (lostMs >= 0 && nowMs - lostMs > settings.probeMs())) {
            return true;
        }
        return heardMs < 0
                ? nowMs - addedMs > settings.joinGraceMs()
                : nowMs - heardMs > settings.timeoutMs();
    }

    /** Heard so lately that what it says about others holds. */
    boolean isFresh(long nowMs, DetectorSettings settings) {
        return contactMs >= 0 && nowMs - contactMs <= settings.freshMs() && !suspected;
    }

    /** We hear each other, or may in a moment: a link one way only makes no quorum. */
    boolean isReached(long nowMs, DetectorSettings settings) {
        boolean heard = heardMs >= 0 || nowMs - addedMs <= settings.timeoutMs();
        return heard && !suspected && !(knewUs && !knowsUs) && !saysSilent;
    }

    /** Only who hears us has a vote: one that hears nobody would accuse everybody. */
    boolean votesAgainst(Life accused, long nowMs, DetectorSettings settings) {
        if (!isFresh(nowMs, settings) || !isReached(nowMs, settings)) {
            return false;
        }
        Sight sight = sights.get(accused);
        if (sight == null) {
            return everExpected.contains(accused) && !expectsLaterThan(accused);
        }
        return switch (sight.kind()) {
            case AWAITED -> false;
            case SILENT -> true;
            case LEFT -> false;
            case HEARD -> sight.ageMs() + (nowMs - contactMs) > settings.timeoutMs();
        };
    }

    /** A life that another one of the same node has followed is gone, but was not given up. */
    private boolean expectsLaterThan(Life life) {
        for (Life other : sights.keySet()) {
            if (other.node().equals(life.node()) && other.incarnation() > life.incarnation()) {
                return true;
            }
        }
        return false;
    }

    /** It has a majority behind it, and has given this life of ours up. */
    boolean hasDroppedUs() {
        return contactMs >= 0 && quorum && knewUs && !knowsUs;
    }

    boolean expects(Life other) {
        return sights.containsKey(other);
    }

    boolean hears(Life self) {
        Sight sight = sights.get(self);
        return sight != null && sight.kind() == Sight.Kind.HEARD;
    }

    Sight sight(long nowMs, DetectorSettings settings) {
        if (isSilent(nowMs, settings)) {
            return Sight.SILENT;
        }
        return heardMs < 0 ? Sight.AWAITED : Sight.heard(nowMs - heardMs);
    }
}
