package io.hawser.server.admin;

import io.hawser.grid.cluster.NodeInfo;

/**
 * A node as the admin API shows it. Immutable.
 *
 * @param status starting, active, draining, left, suspect, offline or fenced
 * @param agentPort where it tells HAProxy its weight, 0 if nowhere
 * @param cpu 0 to 1, of all cores the process may use
 * @param memory heap in use after the last collection, 0 to 1
 * @param incarnation which life of the node, from 1
 * @param lastHeartbeatMs when it last wrote this, milliseconds since 1970 by its clock
 */
public record NodeView(
        String id,
        String status,
        String address,
        int port,
        int adminPort,
        int agentPort,
        int connections,
        int maxConnections,
        double cpu,
        double memory,
        String region,
        String zone,
        long incarnation,
        long lastHeartbeatMs,
        double messagesPerSecond,
        String version) {

    static NodeView of(NodeInfo node) {
        return new NodeView(
                node.id().value(),
                Health.lowerCase(node.status()),
                node.host(),
                node.port(),
                node.adminPort(),
                node.profile().agentPort(),
                node.load().connections(),
                node.load().maxConnections(),
                rounded(node.load().cpu()),
                rounded(node.load().memory()),
                node.profile().region(),
                node.profile().zone(),
                node.incarnation(),
                node.lastHeartbeatMs(),
                rounded(node.load().messagesPerSecond()),
                node.profile().version());
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
