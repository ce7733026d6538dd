package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What the store has shown. Clocks of nodes are not compared: a view is of a living node if its
 * sequence rose within the timeout. For the detector's thread.
 */
final class StoreSight {
    /** Claims remembered; each follows a change of the expected nodes. */
    private static final int MAX_CLAIMS = 64;

    /** Well below the time for which the store keeps a claim: then it is asked again. */
    private static final long CLAIM_MS = 3_000;

    private final long timeoutMs;
    private final Map<Life, Seen> views = new HashMap<>();
    private final Map<Division, Decided> claims = new HashMap<>();
    private long answeredMs = -1;

    /** Since when no majority is shown, -1 before the first answer. */
    private long leaderlessSinceMs = -1;

    /**
     * @param roseMs when its sequence last rose, -1 if that was not seen yet
     * @param listed this node's life, if it was ever expected there
     */
    private record Seen(StoreView view, long roseMs, @Nullable Life listed) {}

    private record Decided(boolean granted, long atMs) {}

    StoreSight(long timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    void answered(Collection<StoreView> answer, Life self, long nowMs) {
        Map<Life, Seen> now = new HashMap<>();
        for (StoreView view : answer) {
            Seen before = views.get(view.node());
            boolean rose = before != null && view.sequence() > before.view.sequence();
            Life listed = before == null ? null : before.listed;
            now.put(
                    view.node(),
                    new Seen(
                            view,
                            rose ? nowMs : before == null ? -1 : before.roseMs,
                            view.expected().contains(self) ? self : listed));
        }
        views.clear();
        views.putAll(now);
        answeredMs = nowMs;
        if (leaderlessSinceMs < 0 || showsQuorum(nowMs)) {
            leaderlessSinceMs = nowMs;
        }
    }

    void claimed(Division division, boolean granted, long nowMs) {
        if (claims.size() >= MAX_CLAIMS) {
            claims.clear();
        }
        claims.put(division, new Decided(granted, nowMs));
    }

    /** Null if the store was not asked lately or has not answered. */
    @Nullable Boolean claim(Division division, long nowMs) {
        Decided decided = claims.get(division);
        if (decided == null || nowMs - decided.atMs > CLAIM_MS) {
            return null;
        }
        return decided.granted;
    }

    /** After a pause nothing is known. */
    void forget() {
        answeredMs = -1;
        leaderlessSinceMs = -1;
        views.clear();
        claims.clear();
    }

    boolean isUp(long nowMs) {
        return answeredMs >= 0 && nowMs - answeredMs <= timeoutMs;
    }

    /** For how long the store has shown no majority at all, 0 if it does or does not answer. */
    long withoutQuorumMs(long nowMs) {
        return isUp(nowMs) && leaderlessSinceMs >= 0 ? nowMs - leaderlessSinceMs : 0;
    }

    /** Whether a majority goes on somewhere. */
    boolean showsQuorum(long nowMs) {
        return views.values().stream().anyMatch(seen -> leads(seen, nowMs));
    }

    /** The same of a majority that has not taken this life in, or not any more. */
    boolean showsQuorumApart(Life self, long nowMs) {
        return views.values().stream()
                .anyMatch(seen -> leads(seen, nowMs) && !seen.view.expected().contains(self));
    }

    private boolean showsQuorumWith(Life self, long nowMs) {
        return views.values().stream()
                .anyMatch(seen -> leads(seen, nowMs) && seen.view.expected().contains(self));
    }

    /** The same of one that had taken it in: it has given it up. */
    boolean showsQuorumThatDropped(Life self, long nowMs) {
        return showsQuorumWithout(self, nowMs, Long.MAX_VALUE);
    }

    private boolean leads(Seen seen, long nowMs) {
        return seen.view.quorum() && lives(seen, nowMs);
    }

    private boolean lives(Seen seen, long nowMs) {
        return seen.roseMs >= 0 && nowMs - seen.roseMs <= timeoutMs;
    }

    /**
     * Whether a majority goes on that has given this life up, or, after the grace of a join, never
     * took it in, and no other did.
     */
    boolean showsQuorumWithout(Life self, long nowMs, long graceEndsMs) {
        boolean nobodyTookItIn = nowMs > graceEndsMs && !showsQuorumWith(self, nowMs);
        for (Seen seen : views.values()) {
            StoreView view = seen.view;
            boolean should = self.equals(seen.listed) || nobodyTookItIn;
            if (leads(seen, nowMs) && should && !view.expected().contains(self)) {
                return true;
            }
        }
        return false;
    }
}
