package io.hawser.server.session;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A connection whose I/O thread is its own and whose socket is a list of what was sent. */
public final class FakeConnection implements Connection, AutoCloseable {
    final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    public final BlockingQueue<Disconnect> closed = new LinkedBlockingQueue<>();
    final List<String> attached = new CopyOnWriteArrayList<>();

    private final String id;
    private final ExecutorService ioThread = Executors.newSingleThreadExecutor();

    FakeConnection(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String address() {
        return "127.0.0.1";
    }

    @Override
    public Encoding encoding() {
        return Encoding.JSON;
    }

    @Override
    public boolean unidirectional() {
        return false;
    }

    @Override
    public String transport() {
        return "fake";
    }

    @Override
    public void send(EncodedMessage message) {
        sent.add(new String(message.bytes(), StandardCharsets.UTF_8));
    }

    @Override
    public void close(Disconnect reason) {
        closed.add(reason);
    }

    @Override
    public void execute(Runnable task) {
        ioThread.execute(task);
    }

    @Override
    public void attach(String channel, ChannelOptions options, Selection selection) {
        attached.add(channel);
    }

    @Override
    public void detach(String channel) {
        attached.remove(channel);
    }

    @Override
    public void cork() {
        // Nothing is delivered here, so nothing is held back.
    }

    @Override
    public void uncork(EncodedMessage first) {
        send(first);
    }

    @Override
    public void close() {
        ioThread.shutdownNow();
    }
}
