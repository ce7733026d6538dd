package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes that are expected, which of them have a vote, and what majorities there are. For the
 * detector's thread.
 */
final class Electorate {
    private final DetectorSettings settings;
    private final Map<String, Peer> peers = new TreeMap<>();
    private Life self = new Life("", 0);
    private boolean voter;

    Electorate(DetectorSettings settings) {
        this.settings = settings;
    }

    /** These are there, and decide whether {@code newSelf} is one of them; who is alone decides. */
    void begin(Life newSelf, Collection<Life> expected, long nowMs) {
        self = newSelf;
        peers.clear();
        for (Life other : expected) {
            if (!other.node().equals(self.node())) {
                peers.put(other.node(), new Peer(other, true, nowMs));
            }
        }
        voter = peers.isEmpty();
    }

    Collection<Peer> peers() {
        return peers.values();
    }

    @Nullable Peer peer(Life life) {
        Peer peer = peers.get(life.node());
        return peer != null && peer.life.equals(life) ? peer : null;
    }

    boolean expects(String node) {
        return peers.containsKey(node);
    }

    /** A new node has no vote yet; a new life of a known one has the vote of the last. */
    void take(Life life, long nowMs) {
        Peer known = peers.get(life.node());
        if (known == null) {
            peers.put(life.node(), new Peer(life, false, nowMs));
        } else if (known.life.incarnation() < life.incarnation()) {
            peers.put(life.node(), new Peer(life, known.voter, nowMs));
        }
    }

    /** False if that life was not expected. */
    boolean drop(Life life) {
        Peer peer = peers.get(life.node());
        boolean expected = peer != null && peer.life.incarnation() <= life.incarnation();
        if (expected) {
            peers.remove(life.node());
        }
        return expected;
    }

    /** All nodes expected, this one included. */
    Set<Life> expected() {
        Set<Life> all = new TreeSet<>();
        all.add(self);
        peers.values().forEach(peer -> all.add(peer.life));
        return all;
    }

    /** Who is expected by a majority of the voters becomes one. */
    void enfranchise(long nowMs) {
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

    // Counts of voters

    private int voters() {
        int voters = voter ? 1 : 0;
        for (Peer peer : peers.values()) {
            voters += peer.voter ? 1 : 0;
        }
        return voters;
    }

    /** Those with which this node hears each other, itself included. */
    int reach() {
        int reach = voter ? 1 : 0;
        for (Peer peer : peers.values()) {
            reach += peer.voter && peer.reached ? 1 : 0;
        }
        return reach;
    }

    /** Those that have said lately that they hear this life, itself included. */
    int knowing(long nowMs) {
        int knowing = voter ? 1 : 0;
        for (Peer peer : peers.values()) {
            knowing += peer.voter && peer.isFresh(nowMs, settings) && peer.hears(self) ? 1 : 0;
        }
        return knowing;
    }

    /** Those that do not hear it, as far as they have said so lately, this one included. */
    int votesAgainst(Peer accused, long nowMs) {
        int votes = voter && accused.suspected ? 1 : 0;
        for (Peer peer : peers.values()) {
            if (peer.voter && peer != accused && peer.votesAgainst(accused.life, nowMs, settings)) {
                votes++;
            }
        }
        return votes;
    }

    boolean isMajority(int count) {
        return 2 * count > voters();
    }

    boolean isHalf(int count) {
        return 2 * count == voters();
    }

    /** Who hears each other here, voters or not, and which voters they do not hear. */
    Division division() {
        Set<Life> side = new TreeSet<>();
        Set<Life> others = new TreeSet<>();
        side.add(self);
        for (Peer peer : peers.values()) {
            if (peer.reached) {
                side.add(peer.life);
            } else if (peer.voter) {
                others.add(peer.life);
            }
        }
        return new Division(side, others);
    }

    /**
     * Names those who have a vote, whichever life they are in: both halves must name them alike.
     */
    String generation() {
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
}
