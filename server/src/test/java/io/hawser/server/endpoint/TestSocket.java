package io.hawser.server.endpoint;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.Emulation;
import io.hawser.server.websocket.Frames;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** A socket that takes as many bytes as it is told to, and keeps them. For one thread. */
final class TestSocket implements Wire {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private long room;
    private boolean announces;
    private boolean announced;
    private boolean awaited;
    private boolean closed;
    private boolean terminated;

    TestSocket(long room) {
        this.room = room;
    }

    /** One that fixes the length of what it is offered, even if it takes nothing of it. */
    static TestSocket announcing(long room) {
        var socket = new TestSocket(room);
        socket.announces = true;
        return socket;
    }

    @Override
    public boolean announcedNext() {
        return announced;
    }

    /** Takes so many bytes more; true if its owner waits for that. */
    boolean read(long bytes) {
        room = bytes;
        boolean wake = awaited && !closed;
        awaited = false;
        return wake;
    }

    boolean closed() {
        return closed;
    }

    boolean terminated() {
        return terminated;
    }

    /** Everything written so far. */
    byte[] bytes() {
        return taken.toByteArray();
    }

    @Override
    public long write(ByteBuffer[] buffers, int count) {
        long written = 0;
        for (int i = 0; i < count; i++) {
            written += write(buffers[i]);
            if (announced) {
                break;
            }
        }
        return written;
    }

    @Override
    public int write(ByteBuffer buffer) {
        byte[] part = new byte[(int) Math.min(room, buffer.remaining())];
        buffer.get(part);
        taken.writeBytes(part);
        room -= part.length;
        announced = announces && buffer.hasRemaining();
        return part.length;
    }

    @Override
    public void awaitWritable() {
        awaited = true;
    }

    @Override
    public void terminate(boolean abort) {
        terminated = true;
        closed = true;
    }

    @Override
    public byte[] goodbye(Disconnect reason) {
        closed = true;
        return Frames.close(reason.code(), reason.reason());
    }

    @Override
    public Emulation emulation() {
        return Emulation.NONE;
    }
}
