package io.hawser.server.endpoint;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.Emulation;
import io.hawser.server.websocket.Frames;
import io.hawser.server.websocket.SocketSession;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A WebSocket: it is left with a close frame, which the peer answers. Confined to its I/O thread.
 *
 * @param descriptor see {@link Wire#descriptor}
 */
record WebSocketWire(SocketSession socket, int descriptor) implements Wire {
    @Override
    public long write(ByteBuffer[] buffers, int count) throws IOException {
        return socket.write(buffers, count);
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        return socket.write(buffer);
    }

    @Override
    public void awaitWritable() {
        socket.awaitWritable();
    }

    @Override
    public byte[] goodbye(Disconnect reason) {
        socket.closing();
        return Frames.close(reason.code(), reason.reason());
    }

    @Override
    public void terminate(boolean abort) {
        socket.terminate(abort);
    }

    @Override
    public Emulation emulation() {
        return Emulation.NONE;
    }
}
