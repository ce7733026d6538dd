package io.hawser.grid.cluster;

/** Nodes for tests. */
final class Nodes {
    private Nodes() {}

    static NodeProfile profile(String id) {
        return profile(id, "a");
    }

    static NodeProfile profile(String id, String zone) {
        return new NodeProfile(new NodeId(id), "127.0.0.1", 8000, 9000, "eu", zone, 100, "test");
    }

    static NodeInfo node(String id, String member, long incarnation, NodeStatus status) {
        return new NodeInfo(
                profile(id), "127.0.0.1:5701", "", member, incarnation, status, 1, NodeLoad.NONE);
    }

    static NodeInfo node(String id, String member, long incarnation) {
        return node(id, member, incarnation, NodeStatus.ACTIVE);
    }
}
