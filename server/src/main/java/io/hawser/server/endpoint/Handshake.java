package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.handlers.ServletRequestContext;
import io.undertow.util.Headers;

import jakarta.websocket.EndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** What a connection's handshake settles: its encoding and its client's address. Thread-safe. */
final class Handshake extends ServerEndpointConfig.Configurator {
    private static final String ADDRESS = "hawser.address";

    private final ClientEndpoint endpoint;

    Handshake(ClientEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** The configuration of one path. */
    static ServerEndpointConfig configuration(String path, ClientEndpoint endpoint) {
        return ServerEndpointConfig.Builder.create(ClientEndpoint.class, path)
                .configurator(new Handshake(endpoint))
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
        config.getUserProperties().put(ADDRESS, clientAddress(exchange));
    }

    /**
     * The peer's address, or what the last proxy wrote into X-Forwarded-For if that proxy runs on
     * this host: others could write anything.
     */
    static String clientAddress(HttpServerExchange exchange) {
        InetAddress peer = exchange.getSourceAddress().getAddress();
        String forwarded = exchange.getRequestHeaders().getLast(Headers.X_FORWARDED_FOR);
        if (forwarded != null && peer != null && peer.isLoopbackAddress()) {
            return forwarded.substring(forwarded.lastIndexOf(',') + 1).trim();
        }
        return peer == null ? "" : peer.getHostAddress();
    }

    static String address(EndpointConfig config) {
        return config.getUserProperties().get(ADDRESS) instanceof String address ? address : "";
    }

    /** The codec that the subprotocol asks for, else the URL, else JSON. */
    static Codec codec(Session socket) {
        return Codec.of(
                Encoding.chosen(
                        socket.getNegotiatedSubprotocol(), socket.getRequestParameterMap()));
    }
}
