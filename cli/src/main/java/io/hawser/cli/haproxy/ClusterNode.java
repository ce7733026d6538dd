package io.hawser.cli.haproxy;

/**
 * A node that is there, by the registry; it may be drained or suspected. Immutable.
 *
 * @param address an IP address
 * @param agentPort 0 if it does not tell its weight
 * @param takesClients whether it is active
 */
public record ClusterNode(
        String id, String address, int port, int agentPort, boolean takesClients) {}
