package io.hawser.server.admin;

import io.hawser.grid.balance.Score;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.server.http.Json;

import org.jspecify.annotations.Nullable;

/**
 * A node as the admin API shows it. Immutable.
 *
 * @param status starting, active, draining, left, suspect, offline or fenced
 * @param agentPort where it tells HAProxy its weight, 0 if nowhere
 * @param cpu 0 to 1, of all cores the process may use
 * @param memory heap in use after the last collection, 0 to 1
 * @param incarnation which life of the node, from 1
 * @param lastHeartbeatMs when it last wrote this, milliseconds since 1970 by its clock
 * @param errorRate commands answered with an error over all of the last ten seconds, 0 to 1
 * @param overloaded whether it is full, or was a moment ago
 * @param score how well it could take more clients, 0 to 1; left out if it is not live
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
        String version,
        double errorRate,
        boolean overloaded,
        @Nullable Double score) {

    /**
     * @param highest messages per second of the busiest node, see {@link Score#highest}
     */
    static NodeView of(NodeInfo node, double highest) {
        return new NodeView(
                node.id().value(),
                Json.lowerCase(node.status()),
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
                node.profile().version(),
                rounded(node.load().errorRate()),
                node.isLive() && node.load().overloaded(),
                node.isLive() ? rounded(Score.of(node.load(), 0, highest).value()) : null);
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
