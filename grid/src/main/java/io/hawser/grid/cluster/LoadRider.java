package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * A node's load, as it rides along with heartbeats: version (1 byte), connections, most connections
 * (4 bytes each), CPU, memory, messages a second, errors a second, error rate (floats), overloaded
 * (1 byte).
 */
final class LoadRider {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 2 * Integer.BYTES + 5 * Float.BYTES + 1;

    private LoadRider() {}

    static ByteBuffer encode(NodeLoad load) {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putInt(load.connections())
                .putInt(load.maxConnections())
                .putFloat((float) load.cpu())
                .putFloat((float) load.memory())
                .putFloat((float) load.messagesPerSecond())
                .putFloat((float) load.errorsPerSecond())
                .putFloat((float) load.errorRate())
                .put((byte) (load.overloaded() ? 1 : 0))
                .flip();
    }

    /** Null if it is another version's. */
    static @Nullable NodeLoad decode(ByteBuffer rider) {
        ByteBuffer in = rider.duplicate();
        if (in.remaining() < BYTES || in.get() != VERSION) {
            return null;
        }
        return new NodeLoad(
                in.getInt(),
                in.getInt(),
                in.getFloat(),
                in.getFloat(),
                in.getFloat(),
                in.getFloat(),
                in.getFloat(),
                in.get() != 0);
    }
}
