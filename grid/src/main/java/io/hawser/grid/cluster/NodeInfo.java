package io.hawser.grid.cluster;

/**
 * A node as the registry knows it. Immutable, thread-safe.
 *
 * @param profile what does not change
 * @param gridAddress {@code host:port} of its grid member
 * @param heartbeatAddress {@code host:port} where it takes heartbeats, empty if it takes none
 * @param memberUuid id of its grid member; changes when separated halves of a grid merge
 * @param incarnation which life of the node, from 1; rises by at least one with each start
 * @param status as the node says itself, or {@link NodeStatus#OFFLINE} if the grid lost it
 * @param lastHeartbeatMs when it last wrote this, milliseconds since 1970 by its own clock
 * @param load what it carried then
 */
public record NodeInfo(
        NodeProfile profile,
        String gridAddress,
        String heartbeatAddress,
        String memberUuid,
        long incarnation,
        NodeStatus status,
        long lastHeartbeatMs,
        NodeLoad load) {

    public NodeId id() {
        return profile.id();
    }

    /** Public host name or address. */
    public String host() {
        return profile.host();
    }

    /** Public port, 0 until the node listens. */
    public int port() {
        return profile.port();
    }

    /** Admin port, 0 until the node listens. */
    public int adminPort() {
        return profile.adminPort();
    }

    /** True if the node counts as a part of the grid. */
    public boolean isLive() {
        return status.isLive();
    }

    NodeInfo withStatus(NodeStatus newStatus) {
        return new NodeInfo(
                profile,
                gridAddress,
                heartbeatAddress,
                memberUuid,
                incarnation,
                newStatus,
                lastHeartbeatMs,
                load);
    }

    NodeInfo withLoad(NodeLoad newLoad) {
        return new NodeInfo(
                profile,
                gridAddress,
                heartbeatAddress,
                memberUuid,
                incarnation,
                status,
                lastHeartbeatMs,
                newLoad);
    }
}
