package io.hawser.server.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How messages are written; one per connection, for its life. Thread-safe. */
public enum Encoding {
    JSON("centrifuge-json", "json", true),
    PROTOBUF("centrifuge-protobuf", "protobuf", false),
    MESSAGEPACK("hawser-msgpack", "msgpack", false);

    private final String subprotocol;
    private final String parameter;
    private final boolean text;

    Encoding(String subprotocol, String parameter, boolean text) {
        this.subprotocol = subprotocol;
        this.parameter = parameter;
        this.text = text;
    }

    /** The WebSocket subprotocol that asks for this encoding. */
    public String subprotocol() {
        return subprotocol;
    }

    /** Whether WebSocket frames are text frames; binary ones if not. */
    public boolean text() {
        return text;
    }

    /** The encoding that a WebSocket subprotocol asks for; empty if it is none of ours. */
    public static Optional<Encoding> ofSubprotocol(String name) {
        for (Encoding encoding : values()) {
            if (encoding.subprotocol.equals(name)) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
    }

    /**
     * The encoding that a handshake asks for: by its subprotocol, else by its URL, else JSON.
     *
     * @param subprotocol the one that was agreed upon, empty if none
     * @param parameters of the URL's query
     */
    public static Encoding chosen(String subprotocol, Map<String, List<String>> parameters) {
        Optional<Encoding> agreed = ofSubprotocol(subprotocol);
        if (agreed.isPresent() || parameters.isEmpty()) {
            return agreed.orElse(JSON);
        }
        return ofParameter(parameters, "cf_protocol")
                .or(() -> ofParameter(parameters, "format"))
                .orElse(JSON);
    }

    private static Optional<Encoding> ofParameter(
            Map<String, List<String>> parameters, String name) {
        List<String> asked = parameters.getOrDefault(name, List.of());
        return Stream.of(values())
                .filter(encoding -> asked.contains(encoding.parameter))
                .findFirst();
    }
}
