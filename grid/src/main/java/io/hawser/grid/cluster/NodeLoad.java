package io.hawser.grid.cluster;

/**
 * What a node carries at one moment. Immutable, thread-safe.
 *
 * @param connections open client connections
 * @param maxConnections connections it accepts at most
 * @param cpu CPU time of the process over that of its cores, 0 to 1
 * @param memory heap after the last collection over the largest heap, 0 to 1
 * @param messagesPerSecond commands received and publications delivered
 * @param errorsPerSecond commands that were answered with an error
 * @param errorRate commands answered with an error over all commands of the last ten seconds, 0 to
 *     1
 * @param overloaded whether it is full, or was a moment ago: new clients may be refused, and what
 *     is of low priority goes sooner
 */
public record NodeLoad(
        int connections,
        int maxConnections,
        double cpu,
        double memory,
        double messagesPerSecond,
        double errorsPerSecond,
        double errorRate,
        boolean overloaded) {
    /** Of a node that has not measured anything yet. */
    public static final NodeLoad NONE = new NodeLoad(0, 0, 0, 0, 0, 0, 0, false);

    /** Of a node that answers all commands. */
    public NodeLoad(
            int connections,
            int maxConnections,
            double cpu,
            double memory,
            double messagesPerSecond,
            double errorsPerSecond) {
        this(connections, maxConnections, cpu, memory, messagesPerSecond, errorsPerSecond, 0);
    }

    /** Of a node that is not overloaded. */
    public NodeLoad(
            int connections,
            int maxConnections,
            double cpu,
            double memory,
            double messagesPerSecond,
            double errorsPerSecond,
            double errorRate) {
        this(
                connections,
                maxConnections,
                cpu,
                memory,
                messagesPerSecond,
                errorsPerSecond,
                errorRate,
                false);
    }
}
