package io.hawser.grid.cluster;

import java.util.function.Supplier;

/**
 * What this node says about itself. Thread-safe; {@link #info} puts the parts together as they are
 * at the moment.
 */
final class LocalNode {
    private final String gridAddress;
    private final String heartbeatAddress;
    private final Supplier<NodeLoad> load;
    private volatile Supplier<String> memberUuid = () -> "";
    private volatile NodeProfile profile;
    private volatile NodeStatus status = NodeStatus.STARTING;
    private volatile boolean fenced;
    private volatile long incarnation;

    /**
     * @param heartbeatAddress empty if it takes no heartbeats
     */
    LocalNode(
            NodeProfile profile,
            String gridAddress,
            String heartbeatAddress,
            Supplier<NodeLoad> load) {
        this.profile = profile;
        this.gridAddress = gridAddress;
        this.heartbeatAddress = heartbeatAddress;
        this.load = load;
    }

    NodeId id() {
        return profile.id();
    }

    long incarnation() {
        return incarnation;
    }

    String memberUuid() {
        return memberUuid.get();
    }

    /**
     * @param uuid changes with a merge, so it is asked for each time
     */
    void joinedAs(Supplier<String> uuid) {
        memberUuid = uuid;
    }

    void listeningOn(int port, int adminPort) {
        profile = profile.listeningOn(port, adminPort);
    }

    void become(NodeStatus newStatus) {
        status = newStatus;
    }

    /** Whatever its status is, it serves nobody. */
    void fence(boolean on) {
        fenced = on;
    }

    NodeLoad load() {
        return load.get();
    }

    void bornAs(long newIncarnation) {
        incarnation = newIncarnation;
    }

    /** With the time of day, for people: nothing is decided by it. */
    NodeInfo info() {
        NodeStatus own = status;
        return new NodeInfo(
                profile,
                gridAddress,
                heartbeatAddress,
                memberUuid.get(),
                incarnation,
                fenced && own.isLive() ? NodeStatus.FENCED : own,
                System.currentTimeMillis(),
                load.get());
    }

    DirectoryEntry directoryEntry(ClusterKey key) {
        NodeProfile now = profile;
        return new DirectoryEntry(
                now.id().value(),
                key.directoryName(),
                gridAddress,
                now.host() + ":" + now.port(),
                incarnation);
    }
}
