package io.hawser.grid.heartbeat;

/** The key by which nodes of a cluster know each other's heartbeats. Immutable. */
public final class MeshKey {
    private final byte[] bytes;

    /**
     * A key of these bytes.
     *
     * @param bytes 32 are right
     */
    public MeshKey(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    HeartbeatCodec codec() {
        return new HeartbeatCodec(bytes);
    }

    /** Without the bytes. */
    @Override
    public String toString() {
        return "MeshKey";
    }
}
