package io.hawser.server.endpoint;

import io.hawser.server.protocol.BadFrameException;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Command;
import io.hawser.server.protocol.Decoded;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.Request;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.SessionContext;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.jsr.UndertowSession;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The Jakarta endpoint of the WebSocket transports: turns sockets into connections with sessions,
 * and frames into commands. One object serves all connections of its path. Undertow calls the
 * message handlers on the connection's I/O thread, the rest on any. Thread-safe.
 */
final class ClientEndpoint extends Endpoint {
    private static final Logger log = LoggerFactory.getLogger(ClientEndpoint.class);
    private static final String CONNECTION = "hawser.connection";

    private final SessionContext context;
    private final FanOut fanOut;
    private final boolean unidirectional;

    ClientEndpoint(SessionContext context, FanOut fanOut, boolean unidirectional) {
        this.context = context;
        this.fanOut = fanOut;
        this.unidirectional = unidirectional;
    }

    @Override
    public void onOpen(Session socket, EndpointConfig config) {
        WebSocketChannel channel = ((UndertowSession) socket).getWebSocketChannel();
        Codec codec = Handshake.codec(socket);
        var connection =
                new WebSocketConnection(
                        UUID.randomUUID().toString(),
                        Handshake.address(config),
                        WireForm.of(codec, unidirectional),
                        channel,
                        fanOut.loop(channel.getIoThread()),
                        context.counters(),
                        (int) context.client().queueMaxSize().bytes());
        boolean framePings = parameter(socket, "cf_ws_frame_ping_pong").equals("true");
        var session =
                new ClientSession(
                        context,
                        framePings ? new FramePings(connection, channel) : connection,
                        codec,
                        parameter(socket, "token"));
        connection.open(session);
        socket.getUserProperties().put(CONNECTION, connection);
        socket.setMaxIdleTimeout(0);
        listen(socket, connection, codec);
        if (framePings) {
            socket.addMessageHandler(
                    PongMessage.class, pong -> connection.execute(session::framePong));
        }
        String connect = parameter(socket, "cf_connect");
        if (unidirectional && !connect.isEmpty()) {
            byte[] message = connect.getBytes(StandardCharsets.UTF_8);
            connection.execute(() -> receivedFirst(connection, codec, message));
        }
    }

    private void listen(Session socket, WebSocketConnection connection, Codec codec) {
        boolean text = codec.encoding().text();
        int maxBytes = context.client().messageMaxSize().intBytes();
        var ours =
                new Inbox(
                        maxBytes,
                        message -> received(connection, codec, message),
                        connection::closeOversized);
        var foreign =
                new Inbox(
                        maxBytes,
                        message ->
                                connection.session().disconnect(Disconnect.INAPPROPRIATE_PROTOCOL),
                        connection::closeOversized);
        socket.addMessageHandler(String.class, (text ? ours : foreign).text());
        socket.addMessageHandler(byte[].class, (text ? foreign : ours).binary());
    }

    private void received(WebSocketConnection connection, Codec codec, byte[] frame) {
        if (unidirectional) {
            receivedFirst(connection, codec, frame);
        } else {
            connection.session().received(codec.decode(frame));
        }
    }

    /** A unidirectional client says one thing, its connect request. A second is a bad request. */
    private static void receivedFirst(WebSocketConnection connection, Codec codec, byte[] message) {
        ClientSession session = connection.session();
        try {
            Request connect = codec.decodeConnect(message);
            session.received(new Decoded(List.of(new Command(0, connect)), null));
        } catch (BadFrameException e) {
            session.received(new Decoded(List.of(), e.getMessage()));
        }
    }

    @Override
    public void onClose(Session socket, CloseReason reason) {
        gone(socket);
    }

    @Override
    public void onError(Session socket, Throwable failure) {
        log.atDebug().addKeyValue("failure", failure.toString()).log("connection.error");
        gone(socket);
    }

    private static void gone(Session socket) {
        if (socket.getUserProperties().get(CONNECTION) instanceof WebSocketConnection connection) {
            connection.execute(() -> connection.closed(Disconnect.CONNECTION_CLOSED));
        }
    }

    private static String parameter(Session socket, String name) {
        Map<String, List<String>> parameters = socket.getRequestParameterMap();
        List<String> values = parameters.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }
}
