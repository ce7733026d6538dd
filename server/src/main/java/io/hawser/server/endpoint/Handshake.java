package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.handlers.ServletRequestContext;

import jakarta.websocket.EndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Stream;

/** What a connection's handshake settles: its encoding and its client's address. Thread-safe. */
final class Handshake extends ServerEndpointConfig.Configurator {
    private static final String ADDRESS = "hawser.address";

    private final ClientEndpoint endpoint;
    private final ClientAddresses addresses;

    private Handshake(ClientEndpoint endpoint, ClientAddresses addresses) {
        this.endpoint = endpoint;
        this.addresses = addresses;
    }

    /** The configuration of one path. */
    static ServerEndpointConfig configuration(
            String path, ClientEndpoint endpoint, ClientAddresses addresses) {
        return ServerEndpointConfig.Builder.create(ClientEndpoint.class, path)
                .configurator(new Handshake(endpoint, addresses))
                .subprotocols(Stream.of(Encoding.values()).map(Encoding::subprotocol).toList())
                .build();
    }

    @Override
    public <T> T getEndpointInstance(Class<T> endpointClass) {
        return endpointClass.cast(endpoint);
    }

    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
        return requested.stream()
                .map(String::trim)
                .filter(supported::contains)
                .findFirst()
                .orElse("");
    }

    /** Origins are checked by {@link HandshakeGate}, which also sees the Host header. */
    @Override
    public boolean checkOrigin(@Nullable String origin) {
        return true;
    }

    @Override
    public void modifyHandshake(
            ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
        HttpServerExchange exchange = ServletRequestContext.requireCurrent().getExchange();
        config.getUserProperties().put(ADDRESS, addresses.of(exchange));
    }

    static String address(EndpointConfig config) {
        return config.getUserProperties().get(ADDRESS) instanceof String address ? address : "";
    }

    /** The codec that the subprotocol asks for, else the URL, else JSON. */
    static Codec codec(Session socket) {
        boolean protobuf =
                Encoding.PROTOBUF.subprotocol().equals(socket.getNegotiatedSubprotocol())
                        || asksForProtobuf(socket, "cf_protocol")
                        || asksForProtobuf(socket, "format");
        return Codec.of(protobuf ? Encoding.PROTOBUF : Encoding.JSON);
    }

    private static boolean asksForProtobuf(Session socket, String parameter) {
        return socket.getRequestParameterMap()
                .getOrDefault(parameter, List.of())
                .contains("protobuf");
    }
}
