package io.hawser.server.endpoint;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.session.Connection;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;

import java.nio.ByteBuffer;

/**
 * A connection that is pinged by ping frames (RFC 6455, 5.5.2), since its client speaks the
 * protocol by hand and could not answer those of the protocol. Called as the connection itself is.
 */
final class FramePings implements Connection {
    private final Connection connection;
    private final WebSocketChannel socket;

    FramePings(Connection connection, WebSocketChannel socket) {
        this.connection = connection;
        this.socket = socket;
    }

    @Override
    public boolean framePings() {
        return true;
    }

    @Override
    public void ping() {
        WebSockets.sendPing(ByteBuffer.allocate(0), socket, null);
    }

    @Override
    public String id() {
        return connection.id();
    }

    @Override
    public String address() {
        return connection.address();
    }

    @Override
    public Encoding encoding() {
        return connection.encoding();
    }

    @Override
    public boolean unidirectional() {
        return connection.unidirectional();
    }

    @Override
    public String transport() {
        return connection.transport();
    }

    @Override
    public void send(EncodedMessage message) {
        connection.send(message);
    }

    @Override
    public void close(Disconnect reason) {
        connection.close(reason);
    }

    @Override
    public void execute(Runnable task) {
        connection.execute(task);
    }

    @Override
    public void attach(String channel, boolean joinLeave) {
        connection.attach(channel, joinLeave);
    }

    @Override
    public void detach(String channel) {
        connection.detach(channel);
    }

    @Override
    public void cork() {
        connection.cork();
    }

    @Override
    public void uncork(EncodedMessage first) {
        connection.uncork(first);
    }
}
