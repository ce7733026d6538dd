package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.websocket.UpgradeRequest;

import jakarta.websocket.server.ServerEndpointConfig;

import java.util.stream.Stream;

/** What a handshake settles. */
final class Handshake {
    private Handshake() {}

    /** The configuration of one path. */
    static ServerEndpointConfig configuration(String path) {
        return ServerEndpointConfig.Builder.create(ClientEndpoint.class, path)
                .subprotocols(Stream.of(Encoding.values()).map(Encoding::subprotocol).toList())
                .build();
    }

    /** The codec that the subprotocol asks for, else the URL, else JSON. */
    static Codec codec(String subprotocol, UpgradeRequest request) {
        return Codec.of(Encoding.chosen(subprotocol, request.parameters()));
    }
}
