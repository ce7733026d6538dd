package io.hawser.grid.metrics;

/**
 * One node's part in a {@link ClusterSnapshot}. Immutable, thread-safe.
 *
 * @param node id of the node
 * @param standing what the registry says of it
 * @param measured true if this is the node's own snapshot; false if only what the registry carries
 *     is known, which is neither errors by commands nor latency
 * @param connections open client connections
 * @param maxConnections connections it accepts at most, 0 if not known
 * @param cpu 0 to 1, of the cores it may use
 * @param memory heap after the last collection over the largest heap, 0 to 1
 * @param messagesPerSecond commands received and publications delivered
 * @param recentCommands commands received in the last ten seconds
 * @param recentErrors of these, answered with an error
 * @param latency of publications in the last ten seconds, from the channel's thread to the sockets
 */
public record NodeFigures(
        String node,
        Standing standing,
        boolean measured,
        int connections,
        int maxConnections,
        double cpu,
        double memory,
        double messagesPerSecond,
        long recentCommands,
        long recentErrors,
        LatencyHistogram latency) {

    /** Where a node is in its life, as far as figures need it. */
    public enum Standing {
        /** Joined, not yet serving. */
        STARTING,
        /** Serves and takes clients. */
        HEALTHY,
        /** Serves those it has, or is doubted. */
        LIMITED,
        /** Serves nobody: lost, or has cut itself off. */
        LOST
    }

    static NodeFigures of(NodeSnapshot snapshot, Standing standing) {
        return new NodeFigures(
                snapshot.node(),
                standing,
                true,
                snapshot.connections(),
                snapshot.maxConnections(),
                snapshot.cpu(),
                snapshot.memory(),
                snapshot.messagesInPerSecond() + snapshot.deliveriesPerSecond(),
                snapshot.recentCommands(),
                snapshot.recentErrors(),
                snapshot.latency());
    }

    /** Failed ÷ all commands of the last ten seconds, 0 to 1; 0 if there were none. */
    public double errorRate() {
        return ratio(recentErrors, recentCommands);
    }

    /** Connections ÷ the most it accepts; 0 if that is not known. */
    public double connectionShare() {
        return ratio(connections, maxConnections);
    }

    static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
