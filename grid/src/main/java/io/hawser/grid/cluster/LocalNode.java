package io.hawser.grid.cluster;

import java.util.function.Supplier;

/**
 * What this node says about itself. Thread-safe; {@link #info} puts the parts together as they are
 * at the moment.
 */
final class LocalNode {
    private final String gridAddress;
    private final Supplier<NodeLoad> load;
    private volatile Supplier<String> memberUuid = () -> "";
    private volatile NodeProfile profile;
    private volatile NodeStatus status = NodeStatus.STARTING;
    private volatile long incarnation;

    LocalNode(NodeProfile profile, String gridAddress, Supplier<NodeLoad> load) {
        this.profile = profile;
        this.gridAddress = gridAddress;
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

    void bornAs(long newIncarnation) {
        incarnation = newIncarnation;
    }

    NodeInfo info(long nowMs) {
        return new NodeInfo(
                profile, gridAddress, memberUuid.get(), incarnation, status, nowMs, load.get());
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
