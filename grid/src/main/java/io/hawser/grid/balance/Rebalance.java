package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Which connections would have to move so that each node carries its share. Immutable, thread-safe.
 *
 * @param moves as few connections as possible, in no more than one move less than there are nodes;
 *     no node is both a source and a target. Empty if all carry their shares
 */
public record Rebalance(List<Move> moves) {
    static final Rebalance NONE = new Rebalance(List.of());

    public Rebalance {
        moves = List.copyOf(moves);
    }

    /**
     * The moves that bring the active nodes of {@code nodes} to their shares.
     *
     * @param algorithm says what a node's share is
     */
    public static Rebalance of(Collection<NodeInfo> nodes, Algorithm algorithm) {
        List<NodeInfo> active =
                nodes.stream()
                        .filter(Imbalance::counts)
                        .sorted(Comparator.comparing(NodeInfo::id))
                        .toList();
        long[] targets = FairShares.of(active, algorithm);
        List<Difference> above = new ArrayList<>();
        List<Difference> below = new ArrayList<>();
        for (int i = 0; i < targets.length; i++) {
            long surplus = Imbalance.connections(active.get(i)) - targets[i];
            if (surplus != 0) {
                (surplus > 0 ? above : below)
                        .add(new Difference(active.get(i).id(), Math.abs(surplus)));
            }
        }
        return new Rebalance(matched(above, below));
    }

    /** Connections that move. */
    public long connections() {
        return moves.stream().mapToLong(Move::connections).sum();
    }

    /** By how much a node is above or below its share. */
    private record Difference(NodeId node, long connections) {
        static final Comparator<Difference> LARGEST_FIRST =
                Comparator.comparingLong(Difference::connections).reversed();

        Difference less(long moved) {
            return new Difference(node, connections - moved);
        }
    }

    /** The largest surplus to the largest gap first; each move ends one of the two. */
    private static List<Move> matched(List<Difference> above, List<Difference> below) {
        Deque<Difference> sources = largestFirst(above);
        Deque<Difference> targets = largestFirst(below);
        List<Move> moves = new ArrayList<>();
        while (!sources.isEmpty() && !targets.isEmpty()) {
            Difference from = sources.removeFirst();
            Difference to = targets.removeFirst();
            long moved = Math.min(from.connections, to.connections);
            moves.add(new Move(from.node, to.node, Math.toIntExact(moved)));
            putBack(sources, from.less(moved));
            putBack(targets, to.less(moved));
        }
        return moves;
    }

    private static Deque<Difference> largestFirst(List<Difference> differences) {
        return new ArrayDeque<>(differences.stream().sorted(Difference.LARGEST_FIRST).toList());
    }

    private static void putBack(Deque<Difference> queue, Difference rest) {
        if (rest.connections > 0) {
            queue.addFirst(rest);
        }
    }
}
