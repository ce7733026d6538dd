package io.hawser.server.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes what it is given; closes once a last frame is out. On the socket's thread. */
final class EchoOwner implements SocketOwner {
    final AtomicInteger pongs = new AtomicInteger();
    private final SocketSession socket;
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private boolean last;

    EchoOwner(SocketSession socket) {
        this.socket = socket;
    }

    /** Takes the socket and sends back its messages. */
    static EchoOwner on(SocketSession socket) {
        var owner = new EchoOwner(socket);
        socket.own(owner);
        socket.addMessageHandler(
                String.class, text -> owner.send(Frames.message(true, utf8(text))));
        socket.addMessageHandler(
                byte[].class, bytes -> owner.send(Frames.message(false, ByteBuffer.wrap(bytes))));
        return owner;
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(ClientFrames.utf8(text));
    }

    @Override
    public void send(byte[] frame) {
        waiting.add(ByteBuffer.wrap(frame));
        writable();
    }

    @Override
    public void fail(byte[] frame) {
        send(frame);
    }

    @Override
    public void sendLast(byte[] frame, boolean answer) {
        last = true;
        send(frame);
    }

    @Override
    public void pong() {
        pongs.incrementAndGet();
    }

    @Override
    public void writable() {
        try {
            while (!waiting.isEmpty()) {
                socket.write(waiting.getFirst());
                if (waiting.getFirst().hasRemaining()) {
                    socket.awaitWritable();
                    return;
                }
                waiting.removeFirst();
            }
            if (last) {
                socket.terminate(false);
            }
        } catch (IOException e) {
            socket.terminate(false);
        }
    }

    @Override
    public void turnEnded() {
        // nothing waits but what is written at once
    }
}
