package io.hawser.grid.heartbeat;

import io.hawser.grid.heartbeat.Verdict.Claim;
import io.hawser.grid.heartbeat.Verdict.Cleared;
import io.hawser.grid.heartbeat.Verdict.Departed;
import io.hawser.grid.heartbeat.Verdict.Evicted;
import io.hawser.grid.heartbeat.Verdict.Fenced;
import io.hawser.grid.heartbeat.Verdict.NoQuorum;
import io.hawser.grid.heartbeat.Verdict.Probe;
import io.hawser.grid.heartbeat.Verdict.Suspected;
import io.hawser.grid.heartbeat.Verdict.Unfenced;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is alive, from this node's place: heartbeats, time and what the store shows go in, verdicts
 * come out. No I/O and no clock of its own. For one thread.
 *
 * <p>The nodes that count are those expected: they change by join, by leave, and by an eviction. A
 * node is evicted when a majority of the expected nodes does not hear it; heartbeats carry what
 * each node hears, so that a cut between two nodes only is no reason. Of two halves the store
 * grants one the right to go on. A node fences itself when it hears neither a majority nor the
 * store, when the store has granted the other half's claim, when the others have given it up, or
 * when it stood still for so long that they may have. While no side has a majority and the store
 * shows so, nobody fences.
 *
 * <p>A node that joins has no vote before a majority of the voters expects it: else two parts that
 * do not hear each other any more could each take in others until both had a majority.
 *
 * <p>While the store shows a majority that does not know this life, what this life reaches is none:
 * it gives nobody up, takes nobody in, asks for no claim and raises no alert, until that majority
 * takes it in or has had the time to and has not. Not so a life that was of a majority before, and
 * is: one node that founds a grid of its own beside it must not make all others give themselves up.
 *
 * <p>A heartbeat counts once: its sequence must be higher than the last one of that life, and the
 * first one must name this life of ours, so that nothing recorded earlier is taken for a sign of
 * life.
 */
public final class FailureDetector {
    /** Longer than anything that ends by itself takes. */
    private static final long FOUND_AFTER_MS = 10_000;

    private final DetectorSettings settings;
    private final DetectorBranches branches = new DetectorBranches();
    private final Electorate electorate;
    private final StoreSight store;
    private final PastLives past = new PastLives();
    private Life self;

    /** This life is over. */
    private boolean givenUp;

    /** This node is saying goodbye. */
    private boolean leaving;

    private long bornMs;
    private long lastTickMs;
    private long sequence;
    private @Nullable FenceReason fence;

    /** Since when the fence could fall, -1 while it could not. */
    private long clearSinceMs = -1;

    /** Since when no majority is heard, -1 while one is. */
    private long lostSinceMs = -1;

    /** Since when this node hears a majority, and half of the nodes; -1 while it does not. */
    private long majoritySinceMs = -1;

    private long halfSinceMs = -1;

    /** Since when this life is of a majority, -1 while it hears none. */
    private long settledSinceMs = -1;

    /** The store shows a majority that does not know this life: what is reached here is none. */
    private boolean isApart;

    private boolean noQuorum;
    private final List<Verdict> verdicts = new ArrayList<>();

    /**
     * A node that joins others, or founds a grid if there are none.
     *
     * @param expected the other nodes that are there
     * @param nowMs any monotonic time in milliseconds, as in all calls
     */
    public FailureDetector(
            DetectorSettings settings, Life self, Collection<Life> expected, long nowMs) {
        this.settings = settings;
        this.self = self;
        this.lastTickMs = nowMs;
        this.bornMs = nowMs;
        this.store = new StoreSight(settings.timeoutMs());
        this.electorate = new Electorate(settings);
        electorate.begin(self, expected, nowMs);
    }

    // What happens

    /**
     * A node is there. A new life of a node that was expected takes the place of the last one; a
     * node that was not expected is taken in only where a majority is, since a part of the grid
     * must not come to a majority by taking in others.
     *
     * @return false if it has to be offered again later
     */
    public boolean joined(Life life, long nowMs) {
        if (life.node().equals(self.node()) || past.contains(life)) {
            return true;
        }
        if (!electorate.expects(life.node()) && !hasMajority(electorate.reach())) {
            return false;
        }
        electorate.take(life, nowMs);
        return true;
    }

    /**
     * A node said goodbye, or a newer life of it is there. The others are told so: who has not
     * heard it yet must not take the silence of those who have for a vote against the node.
     */
    public void left(Life life) {
        if (electorate.drop(life)) {
            past.left(life);
        }
    }

    /**
     * This node says goodbye: that the others do without it from now on is no reason to fence, and
     * it judges nobody any more.
     */
    public void leave() {
        leaving = true;
    }

    /** The grid has lost the connection to a node; if it does not answer soon, it is silent. */
    public void connectionLost(Life life, long nowMs) {
        Peer peer = electorate.peer(life);
        if (peer != null && peer.lostMs < 0) {
            peer.lostMs = nowMs;
            verdicts.add(new Probe(life));
        }
    }

    /**
     * The host of a node says that nobody listens at its port (ICMP port unreachable, RFC 792). It
     * is asked again for a moment; if it is said again meanwhile, the node is silent.
     */
    public void portClosed(Life life, long nowMs) {
        Peer peer = electorate.peer(life);
        if (peer != null) {
            branches.portClosed++;
            peer.portClosed(nowMs, settings);
        }
    }

    /**
     * A heartbeat came.
     *
     * @return false if it means nothing: an unknown or past life, or one that has been before
     */
    public boolean heard(Heartbeat heartbeat, long nowMs) {
        givenUp |= heartbeat.givenUp().contains(self);
        Peer peer = electorate.peer(heartbeat.sender());
        if (peer == null || !peer.isNews(heartbeat, self)) {
            branches.strange++;
            return false;
        }
        peer.heard(heartbeat, self, nowMs);
        adopt(heartbeat.givenUp());
        if (peer.departed().contains(peer.life)) {
            branches.departed++;
            verdicts.add(new Departed(peer.life));
        }
        peer.departed().forEach(this::left);
        return true;
    }

    /** What a majority has given up once is given up by all, for good. */
    private void adopt(Set<Life> lives) {
        for (Life life : lives) {
            Peer peer = electorate.peer(life);
            if (peer != null) {
                branches.adopted++;
                giveUp(peer);
            }
        }
    }

    /** The store answered. */
    public void storeAnswered(Collection<StoreView> views, long nowMs) {
        store.answered(views, self, nowMs);
        for (StoreView view : views) {
            givenUp |= view.givenUp().contains(self);
            adopt(view.givenUp());
        }
    }

    /** The store has decided over a {@link Claim}. */
    public void claimed(Division division, boolean granted, long nowMs) {
        store.claimed(division, granted, nowMs);
    }

    /** This node begins a new life, after its last one was given up. */
    public void reborn(Life life, Collection<Life> expected, long nowMs) {
        self = life;
        givenUp = false;
        sequence = 0;
        past.clear();
        // Nobody is suspected at first in the new life, so nobody would be cleared in it either.
        electorate.peers().stream()
                .filter(peer -> peer.suspected)
                .forEach(peer -> verdicts.add(new Cleared(peer.life)));
        bornMs = nowMs;
        isApart = false;
        settledSinceMs = -1;
        electorate.begin(life, expected, nowMs);
        fence = FenceReason.PAUSED;
        clearSinceMs = -1;
    }

    /** To be called at least four times in each interval. */
    public List<Verdict> tick(long nowMs) {
        if (nowMs - lastTickMs > settings.pauseMs()) {
            resumed(nowMs);
        }
        lastTickMs = nowMs;
        electorate.enfranchise(nowMs);
        suspect(nowMs);
        keepCompany(nowMs);
        isApart = isApart(nowMs);
        if (leaving) {
            return taken();
        }
        if (!isApart && (fence == null || fence == FenceReason.PAUSED)) {
            evict(nowMs);
        }
        judge(nowMs);
        return taken();
    }

    // What is known

    /** Whether this node has begun to say goodbye. */
    boolean isLeaving() {
        return leaving;
    }

    /** This life. */
    public Life self() {
        return self;
    }

    /** Why this node must not serve, null if it may. */
    public @Nullable FenceReason fence() {
        return fence;
    }

    /** Whether this node serves and a majority hears it: who acts for all must ask. */
    public boolean mayAct() {
        return fence == null && !leaving && hasMajority(electorate.reach());
    }

    /**
     * True if all that can be seen have been given up by others that are gone: then one has to
     * begin anew, alone, and the others join it.
     */
    public boolean mayFound(long nowMs) {
        return fence == FenceReason.EVICTED && store.withoutQuorumMs(nowMs) > FOUND_AFTER_MS;
    }

    /** All nodes expected, this one included. */
    public Set<Life> expected() {
        return electorate.expected();
    }

    /** How often each way through was taken. */
    DetectorBranches branches() {
        return branches;
    }

    /** What the others are to be told now. */
    public Heartbeat heartbeat(boolean probe, ByteBuffer rider, long nowMs) {
        Map<Life, Sight> sights = new HashMap<>();
        past.newestLeft().forEach(life -> sights.put(life, Sight.LEFT));
        electorate.peers().forEach(peer -> sights.put(peer.life, peer.sight(nowMs, settings)));
        return new Heartbeat(
                self, ++sequence, mayAct(), probe, sights, past.newestGivenUp(), rider);
    }

    /** The last word of this life. */
    public Heartbeat goodbye(ByteBuffer rider, long nowMs) {
        Heartbeat last = heartbeat(false, rider, nowMs);
        Map<Life, Sight> sights = new HashMap<>(last.sights());
        sights.put(self, Sight.LEFT);
        return new Heartbeat(
                self, last.sequence(), false, false, sights, last.givenUp(), last.rider());
    }

    /** What the store is to show of this node. */
    public StoreView view() {
        return new StoreView(self, ++sequence, mayAct(), expected(), past.givenUp());
    }

    // Deciding

    private void resumed(long nowMs) {
        branches.paused++;
        for (Peer peer : electorate.peers()) {
            peer.forget(nowMs);
        }
        store.forget();
        settledSinceMs = -1;
        if (fence == null) {
            fenceBy(FenceReason.PAUSED);
        }
        clearSinceMs = -1;
    }

    private void suspect(long nowMs) {
        for (Peer peer : electorate.peers()) {
            boolean silent = peer.isSilent(nowMs, settings);
            if (silent && !peer.suspected) {
                branches.suspected++;
                verdicts.add(new Suspected(peer.life));
            } else if (!silent && peer.suspected) {
                branches.cleared++;
                verdicts.add(new Cleared(peer.life));
            }
            peer.suspected = silent;
            if (peer.isToBeAsked(nowMs)) {
                verdicts.add(new Probe(peer.life));
            }
            peer.reached = peer.isReached(nowMs, settings);
        }
    }

    private void keepCompany(long nowMs) {
        int reach = electorate.reach();
        majoritySinceMs = since(majoritySinceMs, electorate.isMajority(reach), nowMs);
        halfSinceMs =
                since(halfSinceMs, electorate.isMajority(reach) || electorate.isHalf(reach), nowMs);
    }

    private boolean isApart(long nowMs) {
        boolean shown = store.showsQuorumApart(self, nowMs);
        if (!electorate.isMajority(electorate.reach())) {
            settledSinceMs = -1;
        } else if (!shown && settledSinceMs < 0) {
            settledSinceMs = nowMs;
        } else if (shown && !hasLasted(settledSinceMs, nowMs)) {
            settledSinceMs = -1;
        }
        if (shown && settledSinceMs >= 0) {
            branches.beside++;
            return store.showsQuorumThatDropped(self, nowMs);
        }
        branches.apart += shown ? 1 : 0;
        return shown;
    }

    private static long since(long beganMs, boolean holds, long nowMs) {
        if (!holds) {
            return -1;
        }
        return beganMs < 0 ? nowMs : beganMs;
    }

    /**
     * When a cut heals, the first to hear each other again have not yet heard the rest: they have a
     * majority, and all of it still calls the others silent. So it must have lasted.
     */
    private boolean hasLasted(long sinceMs, long nowMs) {
        return sinceMs >= 0 && nowMs - sinceMs >= settings.timeoutMs();
    }

    private void evict(long nowMs) {
        for (Peer peer : List.copyOf(electorate.peers())) {
            int votes = electorate.votesAgainst(peer, nowMs);
            if (electorate.isMajority(votes)) {
                vote(peer, nowMs);
            } else if (electorate.isHalf(votes)
                    && peer.suspected
                    && electorate.isHalf(electorate.reach())
                    && hasLasted(halfSinceMs, nowMs)) {
                tie(peer, nowMs);
            }
        }
    }

    private void vote(Peer peer, long nowMs) {
        if (hasLasted(majoritySinceMs, nowMs)) {
            branches.evicted++;
            giveUp(peer);
        } else {
            branches.tooSoon++;
        }
    }

    private void tie(Peer peer, long nowMs) {
        Division division = electorate.division();
        Boolean granted = store.claim(division, nowMs);
        if (granted == null) {
            if (store.isUp(nowMs)) {
                verdicts.add(new Claim(electorate.generation(), division));
            }
        } else if (granted) {
            branches.tieWon++;
            giveUp(peer);
        }
    }

    private void giveUp(Peer peer) {
        electorate.drop(peer.life);
        past.giveUp(peer.life);
        verdicts.add(new Evicted(peer.life));
    }

    private void judge(long nowMs) {
        FenceReason reason = reasonToFence(nowMs);
        if (reason == null) {
            clear(nowMs);
            return;
        }
        clearSinceMs = -1;
        boolean graver = reason == FenceReason.EVICTED && fence != FenceReason.EVICTED;
        if (fence == null || fence == FenceReason.PAUSED || graver) {
            fenceBy(reason);
        }
    }

    private @Nullable FenceReason reasonToFence(long nowMs) {
        if (givenUp || electorate.peers().stream().anyMatch(Peer::hasDroppedUs)) {
            givenUp = true;
            return FenceReason.EVICTED;
        }
        int reach = electorate.reach();
        if (hasMajority(reach)) {
            alertOver();
            return null;
        }
        if (!store.isUp(nowMs)) {
            return FenceReason.ISOLATED;
        }
        if (store.showsQuorumWithout(self, nowMs, bornMs + settings.joinGraceMs())) {
            givenUp = true;
            return FenceReason.EVICTED;
        }
        if (isApart) {
            alertOver();
            return null;
        }
        return electorate.isHalf(reach) ? lostTie(nowMs) : minority(nowMs);
    }

    private @Nullable FenceReason lostTie(long nowMs) {
        Division division = electorate.division();
        Boolean granted = store.claim(division, nowMs);
        if (granted == null) {
            verdicts.add(new Claim(electorate.generation(), division));
            return fence == FenceReason.OUTVOTED ? fence : null;
        }
        return granted ? null : FenceReason.OUTVOTED;
    }

    /** A majority elsewhere may show itself a moment later. */
    private @Nullable FenceReason minority(long nowMs) {
        if (lostSinceMs < 0) {
            lostSinceMs = nowMs;
        }
        if (!noQuorum && nowMs - lostSinceMs > settings.timeoutMs()) {
            branches.noQuorum++;
            noQuorum = true;
            verdicts.add(new NoQuorum(true));
        }
        return null;
    }

    private void alertOver() {
        lostSinceMs = -1;
        if (noQuorum) {
            noQuorum = false;
            verdicts.add(new NoQuorum(false));
        }
    }

    private void fenceBy(FenceReason reason) {
        branches.fenced(reason);
        fence = reason;
        verdicts.add(new Fenced(reason));
    }

    /** The fence falls once those that can be reached know of this life, for two intervals. */
    private void clear(long nowMs) {
        if (fence == null) {
            return;
        }
        if (!isKnown(nowMs)) {
            clearSinceMs = -1;
            return;
        }
        if (clearSinceMs < 0) {
            clearSinceMs = nowMs;
        }
        if (nowMs - clearSinceMs >= 2 * settings.intervalMs()) {
            branches.unfenced++;
            fence = null;
            clearSinceMs = -1;
            verdicts.add(new Unfenced());
        }
    }

    /**
     * Without a majority nobody knows of anybody: then what can be reached is enough, unless the
     * store shows that a majority goes on elsewhere, which may not know of this life.
     */
    private boolean isKnown(long nowMs) {
        return hasMajority(electorate.reach())
                ? hasMajority(electorate.knowing(nowMs))
                : !store.showsQuorum(nowMs);
    }

    private boolean hasMajority(int count) {
        if (isApart) {
            return false;
        }
        return electorate.isMajority(count)
                || (electorate.isHalf(count)
                        && Boolean.TRUE.equals(store.claim(electorate.division(), lastTickMs)));
    }

    private List<Verdict> taken() {
        List<Verdict> all = List.copyOf(verdicts);
        verdicts.clear();
        return all;
    }
}
