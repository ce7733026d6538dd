package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.SessionContext;
import io.hawser.server.websocket.SocketSession;
import io.hawser.server.websocket.UpgradeRequest;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The Jakarta endpoint of the WebSocket transports: turns sockets into connections with sessions,
 * and messages into commands. One object serves all connections of its path; everything of a
 * connection happens on its I/O thread. Thread-safe.
 */
final class ClientEndpoint extends Endpoint {
    private static final Logger log = LoggerFactory.getLogger(ClientEndpoint.class);

    private final SessionContext context;
    private final FanOut fanOut;
    private final ClientAddresses addresses;
    private final Visits visits;
    private final boolean unidirectional;

    ClientEndpoint(
            SessionContext context,
            FanOut fanOut,
            ClientAddresses addresses,
            Visits visits,
            boolean unidirectional) {
        this.context = context;
        this.fanOut = fanOut;
        this.addresses = addresses;
        this.visits = visits;
        this.unidirectional = unidirectional;
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        SocketSession socket = (SocketSession) session;
        UpgradeRequest request = socket.request();
        Codec codec = Handshake.codec(socket.getNegotiatedSubprotocol(), request);
        var connection =
                new ClientConnection(
                        UUID.randomUUID().toString(),
                        addresses.of(request),
                        WireForm.of(codec, unidirectional),
                        fanOut.wire(socket),
                        fanOut.loop(socket.thread()),
                        request.parameter("cf_ws_frame_ping_pong").equals("true"));
        socket.own(connection);
        connection.open(
                new ClientSession(
                        context,
                        connection,
                        codec,
                        request.parameter("token"),
                        visits.of(request)));
        listen(socket, connection, codec);
        String connect = request.parameter("cf_connect");
        if (unidirectional && !connect.isEmpty()) {
            connection.received(connect.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void listen(SocketSession socket, ClientConnection connection, Codec codec) {
        if (codec.encoding().text()) {
            socket.addMessageHandler(
                    String.class,
                    text -> connection.received(text.getBytes(StandardCharsets.UTF_8)));
            socket.addMessageHandler(byte[].class, foreign(connection));
        } else {
            socket.addMessageHandler(byte[].class, connection::received);
            socket.addMessageHandler(String.class, foreign(connection));
        }
    }

    private static <T> MessageHandler.Whole<T> foreign(ClientConnection connection) {
        return message -> connection.session().disconnect(Disconnect.INAPPROPRIATE_PROTOCOL);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        ((ClientConnection) ((SocketSession) session).owner()).closed();
    }

    @Override
    public void onError(Session session, Throwable failure) {
        log.atDebug().addKeyValue("failure", failure.toString()).log("connection.error");
    }
}
