package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeInfo;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How many connections each node would have if all that there are were given out by shares, and no
 * node had more than its maximum. For one computation, by one thread.
 */
final class FairShares {
    private final List<NodeInfo> nodes;
    private final long[] shares;
    private final double[] exact;
    private final boolean[] full;
    private double left;

    private FairShares(List<NodeInfo> nodes, Algorithm algorithm) {
        this.nodes = nodes;
        this.shares = nodes.stream().mapToLong(algorithm::shareOf).toArray();
        this.exact = new double[nodes.size()];
        this.full = new boolean[nodes.size()];
        this.left = total(nodes);
    }

    /**
     * One number a node, in the same order; together they are the connections that there are. What
     * they have already if there is no room to move anything or no share to go by.
     */
    static long[] of(List<NodeInfo> nodes, Algorithm algorithm) {
        long room = nodes.stream().mapToLong(node -> node.load().maxConnections()).sum();
        boolean shared = nodes.stream().anyMatch(node -> algorithm.shareOf(node) > 0);
        if (total(nodes) >= room || !shared) {
            return nodes.stream().mapToLong(Imbalance::connections).toArray();
        }
        return whole(new FairShares(nodes, algorithm).divide(), total(nodes));
    }

    private static long total(List<NodeInfo> nodes) {
        return nodes.stream().mapToLong(Imbalance::connections).sum();
    }

    /**
     * Whoever would be above its maximum gets its maximum, and the others share what is left: that
     * gives them more, so nobody who was full before is not afterwards.
     */
    private double[] divide() {
        for (OptionalInt over = over(); over.isPresent(); over = over()) {
            int node = over.getAsInt();
            full[node] = true;
            exact[node] = max(node);
            left -= max(node);
        }
        double perShare = perShare();
        open().forEach(node -> exact[node] = shares[node] * perShare);
        return exact;
    }

    private OptionalInt over() {
        double perShare = perShare();
        return open().filter(node -> shares[node] * perShare > max(node)).findFirst();
    }

    private double perShare() {
        long openShares = open().mapToLong(node -> shares[node]).sum();
        return openShares > 0 ? left / openShares : 0;
    }

    private IntStream open() {
        return IntStream.range(0, full.length).filter(node -> !full[node]);
    }

    private int max(int node) {
        return nodes.get(node).load().maxConnections();
    }

    /** Rounds down, and gives what is left, less than one each, to those who lost most. */
    private static long[] whole(double[] exact, long total) {
        long[] whole = new long[exact.length];
        for (int i = 0; i < exact.length; i++) {
            whole[i] = (long) exact[i];
        }
        long rest = total - IntStream.range(0, whole.length).mapToLong(i -> whole[i]).sum();
        IntStream.range(0, exact.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> whole[i] - exact[i]))
                .limit(Math.max(0, rest))
                .forEach(i -> whole[i]++);
        return whole;
    }
}
