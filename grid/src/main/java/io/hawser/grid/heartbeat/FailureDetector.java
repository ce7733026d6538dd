package io.hawser.grid.heartbeat;

import io.hawser.grid.heartbeat.Verdict.Claim;
import io.hawser.grid.heartbeat.Verdict.Cleared;
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
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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
 * <p>A heartbeat counts once: its sequence must be higher than the last one of that life, and the
 * first one must name this life of ours, so that nothing recorded earlier is taken for a sign of
 * life.
 */
public final class FailureDetector {
    /** Longer than anything that ends by itself takes. */
    private static final long FOUND_AFTER_MS = 10_000;

    private final DetectorSettings settings;
    private final DetectorBranches branches = new DetectorBranches();
    private final Map<String, Peer> peers = new TreeMap<>();
    private final StoreSight store;
    private final PastLives past = new PastLives();
    private Life self;
    private boolean voter;

    /** This life is over. */
    private boolean givenUp;

    private long bornMs;
    private long lastTickMs;
    private long sequence;
    private @Nullable FenceReason fence;

    /** Since when the fence could fall, -1 while it could not. */
    private long clearSinceMs = -1;

    /** Since when no majority is heard, -1 while one is. */
    private long lostSinceMs = -1;

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
        this.store = new StoreSight(settings.timeoutMs());
        begin(expected, nowMs);
    }

    private void begin(Collection<Life> expected, long nowMs) {
        bornMs = nowMs;
        peers.clear();
        for (Life other : expected) {
            if (!other.node().equals(self.node())) {
                peers.put(other.node(), new Peer(other, true, nowMs));
            }
        }
        voter = peers.isEmpty();
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
        Peer known = peers.get(life.node());
        if (life.node().equals(self.node()) || past.contains(life)) {
            return true;
        }
        if (known == null && !hasMajority(reach())) {
            return false;
        }
        if (known == null) {
            peers.put(life.node(), new Peer(life, false, nowMs));
        } else if (known.life.incarnation() < life.incarnation()) {
            peers.put(life.node(), new Peer(life, known.voter, nowMs));
        }
        return true;
    }

    /** A node said goodbye, or a newer life of it is there. */
    public void left(Life life) {
        Peer peer = peers.get(life.node());
        if (peer != null && peer.life.incarnation() <= life.incarnation()) {
            peers.remove(life.node());
            past.add(life);
        }
    }

    /** The grid has lost the connection to a node; if it does not answer soon, it is silent. */
    public List<Verdict> connectionLost(Life life, long nowMs) {
        Peer peer = peer(life);
        if (peer != null && peer.lostMs < 0) {
            peer.lostMs = nowMs;
            verdicts.add(new Probe(life));
        }
        return taken();
    }

    /**
     * A heartbeat came.
     *
     * @return false if it means nothing: an unknown or past life, or one that has been before
     */
    public boolean heard(Heartbeat heartbeat, long nowMs) {
        givenUp |= heartbeat.givenUp().contains(self);
        Peer peer = peer(heartbeat.sender());
        if (peer == null || !peer.isNews(heartbeat, self)) {
            branches.strange++;
            return false;
        }
        peer.heard(heartbeat, self, nowMs);
        adopt(heartbeat.givenUp());
        return true;
    }

    /** What a majority has given up once is given up by all, for good. */
    private void adopt(Set<Life> lives) {
        for (Life life : lives) {
            Peer peer = peer(life);
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
    public void claimed(String generation, boolean granted, long nowMs) {
        store.claimed(generation, granted, nowMs);
    }

    /** This node begins a new life, after its last one was given up. */
    public void reborn(Life life, Collection<Life> expected, long nowMs) {
        self = life;
        givenUp = false;
        sequence = 0;
        past.clear();
        begin(expected, nowMs);
        fence = FenceReason.PAUSED;
        clearSinceMs = -1;
    }

    /** To be called at least four times in each interval. */
    public List<Verdict> tick(long nowMs) {
        if (nowMs - lastTickMs > settings.pauseMs()) {
            resumed(nowMs);
        }
        lastTickMs = nowMs;
        enfranchise(nowMs);
        suspect(nowMs);
        if (fence == null || fence == FenceReason.PAUSED) {
            evict(nowMs);
        }
        judge(nowMs);
        return taken();
    }

    // What is known

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
        return fence == null && hasMajority(reach());
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
        Set<Life> all = new TreeSet<>();
        all.add(self);
        peers.values().forEach(peer -> all.add(peer.life));
        return all;
    }

    /** How often each way through was taken. */
    DetectorBranches branches() {
        return branches;
    }

    /** What the others are to be told now. */
    public Heartbeat heartbeat(boolean probe, ByteBuffer rider, long nowMs) {
        Map<Life, Sight> sights = new HashMap<>();
        peers.values().forEach(peer -> sights.put(peer.life, peer.sight(nowMs, settings)));
        return new Heartbeat(self, ++sequence, mayAct(), probe, sights, past.newest(), rider);
    }

    /** What the store is to show of this node. */
    public StoreView view() {
        return new StoreView(self, ++sequence, mayAct(), expected(), past.all());
    }

    // Deciding

    private void resumed(long nowMs) {
        branches.paused++;
        for (Peer peer : peers.values()) {
            peer.forget(nowMs);
        }
        store.forget();
        if (fence == null) {
            fenceBy(FenceReason.PAUSED);
        }
        clearSinceMs = -1;
    }

    /** Who is expected by a majority of the voters becomes one. */
    private void enfranchise(long nowMs) {
        voter |= voters() == 0 || isMajority(expecting(self, nowMs));
        for (Peer peer : peers.values()) {
            int expecting = expecting(peer.life, nowMs) + (voter ? 1 : 0);
            peer.voter |= isMajority(expecting);
        }
    }

    private int expecting(Life life, long nowMs) {
        int count = 0;
        for (Peer peer : peers.values()) {
            count += peer.voter && peer.isFresh(nowMs, settings) && peer.expects(life) ? 1 : 0;
        }
        return count;
    }

    private int voters() {
        int voters = voter ? 1 : 0;
        for (Peer peer : peers.values()) {
            voters += peer.voter ? 1 : 0;
        }
        return voters;
    }

    private void suspect(long nowMs) {
        for (Peer peer : peers.values()) {
            boolean silent = peer.isSilent(nowMs, settings);
            if (silent && !peer.suspected) {
                branches.suspected++;
                verdicts.add(new Suspected(peer.life));
            } else if (!silent && peer.suspected) {
                branches.cleared++;
                verdicts.add(new Cleared(peer.life));
            }
            peer.suspected = silent;
            peer.reached = peer.isReached(nowMs, settings);
        }
    }

    private void evict(long nowMs) {
        for (Peer peer : List.copyOf(peers.values())) {
            int votes = votesAgainst(peer, nowMs);
            if (isMajority(votes)) {
                branches.evicted++;
                giveUp(peer);
            } else if (isHalf(votes) && peer.suspected && isHalf(reach())) {
                tie(peer, nowMs);
            }
        }
    }

    private void tie(Peer peer, long nowMs) {
        String generation = generation();
        Boolean granted = store.claim(generation, nowMs);
        if (granted == null) {
            if (store.isUp(nowMs)) {
                verdicts.add(new Claim(generation, side()));
            }
        } else if (granted) {
            branches.tieWon++;
            giveUp(peer);
        }
    }

    private void giveUp(Peer peer) {
        peers.remove(peer.life.node());
        past.add(peer.life);
        verdicts.add(new Evicted(peer.life));
    }

    /** Nodes that do not hear it, as far as they have said so lately; this one included. */
    private int votesAgainst(Peer accused, long nowMs) {
        int votes = voter && accused.suspected ? 1 : 0;
        for (Peer peer : peers.values()) {
            if (peer.voter && peer != accused && peer.votesAgainst(accused.life, nowMs, settings)) {
                votes++;
            }
        }
        return votes;
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
        if (givenUp || peers.values().stream().anyMatch(Peer::hasDroppedUs)) {
            givenUp = true;
            return FenceReason.EVICTED;
        }
        int reach = reach();
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
        return isHalf(reach) ? lostTie(nowMs) : minority(nowMs);
    }

    private @Nullable FenceReason lostTie(long nowMs) {
        Boolean granted = store.claim(generation(), nowMs);
        if (granted == null) {
            verdicts.add(new Claim(generation(), side()));
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

    private boolean isKnown(long nowMs) {
        int knowing = voter ? 1 : 0;
        for (Peer peer : peers.values()) {
            if (peer.voter && peer.isFresh(nowMs, settings) && peer.hears(self)) {
                knowing++;
            }
        }
        // Without a majority nobody knows of anybody: then what can be reached is enough.
        return hasMajority(reach()) ? hasMajority(knowing) : true;
    }

    /** Voters with which this node hears each other, itself included. */
    private int reach() {
        int reach = voter ? 1 : 0;
        for (Peer peer : peers.values()) {
            reach += peer.voter && peer.reached ? 1 : 0;
        }
        return reach;
    }

    private Set<Life> side() {
        Set<Life> side = new TreeSet<>();
        side.add(self);
        for (Peer peer : peers.values()) {
            if (peer.reached) {
                side.add(peer.life);
            }
        }
        return side;
    }

    private boolean hasMajority(int count) {
        return isMajority(count)
                || (isHalf(count) && Boolean.TRUE.equals(store.claim(generation(), lastTickMs)));
    }

    private boolean isMajority(int count) {
        return 2 * count > voters();
    }

    private boolean isHalf(int count) {
        return 2 * count == voters();
    }

    /**
     * Names those who have a vote, whichever life they are in: both halves must name them alike.
     */
    private String generation() {
        SortedSet<String> ids = new TreeSet<>();
        if (voter) {
            ids.add(self.node());
        }
        for (Peer peer : peers.values()) {
            if (peer.voter) {
                ids.add(peer.life.node());
            }
        }
        return Generation.of(ids);
    }

    private @Nullable Peer peer(Life life) {
        Peer peer = peers.get(life.node());
        return peer != null && peer.life.equals(life) ? peer : null;
    }

    private List<Verdict> taken() {
        List<Verdict> all = List.copyOf(verdicts);
        verdicts.clear();
        return all;
    }
}
