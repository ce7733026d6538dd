package io.hawser.server.protocol;

import java.util.Optional;

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

    /**
     * The encoding that {@code cf_protocol=value} in a URL asks for; empty if it is none of ours.
     */
    public static Optional<Encoding> ofParameter(String value) {
        for (Encoding encoding : values()) {
            if (encoding.parameter.equals(value)) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
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
}
