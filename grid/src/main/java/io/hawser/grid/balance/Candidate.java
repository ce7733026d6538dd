package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;

import java.util.Comparator;

/**
 * A node that a client may go to. Immutable, thread-safe.
 *
 * @param node as the registry knows it
 * @param placed clients sent there since it last told its load
 * @param lastTurn when it was last chosen, as a number that grows with each choice; 0 for never
 * @param score with the placed clients counted
 */
public record Candidate(NodeInfo node, int placed, long lastTurn, Score score) {
    static final Comparator<Candidate> BY_ID = Comparator.comparing(Candidate::id);

    public NodeId id() {
        return node.id();
    }

    /** Open connections and those to be expected. */
    public long connections() {
        return Math.max(0L, node.load().connections()) + placed;
    }

    /** {@link #connections} over the maximum; 1 is full. */
    public double utilisation() {
        return Score.utilisation(node.load(), placed);
    }

    /** True as long as the expected connections do not fill it up. */
    public boolean hasRoom() {
        return utilisation() < 1;
    }
}
