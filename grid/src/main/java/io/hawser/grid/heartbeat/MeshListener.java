package io.hawser.grid.heartbeat;

import java.nio.ByteBuffer;

/** Is told by the {@link HeartbeatMesh}, on its thread, which must not wait. */
public interface MeshListener {
    /** The detector has found something. */
    void found(Verdict verdict);

    /** A living node's figures came along. */
    void rode(Life life, ByteBuffer rider);

    /** This node's figures, to ride along. */
    ByteBuffer rider();
}
