package io.hawser.grid.cluster;

/**
 * What does not change while a node runs, but for the ports, which are known once it listens.
 * Immutable, thread-safe.
 *
 * @param id the node
 * @param host public host name or address of the node
 * @param port public port, 0 until it listens
 * @param adminPort admin port, 0 until it listens
 * @param agentPort port on which it tells HAProxy its weight, 0 if it does not
 * @param region where it is, empty if not said
 * @param zone failure zone within the region, empty if not said; see {@link #failsWith}
 * @param weight share of clients relative to other nodes, 100 is usual
 * @param version of the program
 */
public record NodeProfile(
        NodeId id,
        String host,
        int port,
        int adminPort,
        int agentPort,
        String region,
        String zone,
        int weight,
        String version) {

    /** A node that tells HAProxy nothing. */
    public NodeProfile(
            NodeId id,
            String host,
            int port,
            int adminPort,
            String region,
            String zone,
            int weight,
            String version) {
        this(id, host, port, adminPort, 0, region, zone, weight, version);
    }

    /**
     * Names what fails together with this node: its zone, in its region. Nobody knows what a node
     * without a zone shares with others: it is taken for a zone of its own.
     */
    public String failsWith() {
        // Neither regions nor zones have spaces, so no name stands for two things.
        return zone.isEmpty() ? "node " + id : "zone " + region + " " + zone;
    }

    /** The same node, listening on these ports. */
    public NodeProfile listeningOn(int newPort, int newAdminPort) {
        return new NodeProfile(
                id, host, newPort, newAdminPort, agentPort, region, zone, weight, version);
    }
}
