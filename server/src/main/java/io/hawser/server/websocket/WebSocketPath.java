package io.hawser.server.websocket;

import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerEndpointConfig;

/**
 * A path that WebSockets are opened at, and what all of them share. Thread-safe.
 *
 * @param config the endpoint's Jakarta configuration: its path and subprotocols
 * @param endpoint the one object that serves all connections
 * @param maxMessageBytes larger messages from clients are refused with 1009
 * @param closer closes their sockets
 */
public record WebSocketPath(
        ServerEndpointConfig config, Endpoint endpoint, int maxMessageBytes, SocketCloser closer) {

    /** The first subprotocol of the client's list that is served here, empty if none is. */
    String subprotocol(UpgradeRequest request) {
        return request.subprotocols().stream()
                .filter(config.getSubprotocols()::contains)
                .findFirst()
                .orElse("");
    }
}
