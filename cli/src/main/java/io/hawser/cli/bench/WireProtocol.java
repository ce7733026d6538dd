package io.hawser.cli.bench;

import java.util.Locale;

/** The encodings that clients may speak. */
public enum WireProtocol {
    JSON,
    PROTOBUF,
    MSGPACK;

    Wire wire() {
        return switch (this) {
            case JSON -> new JsonWire();
            case PROTOBUF -> new ProtobufWire();
            case MSGPACK -> new MsgpackWire();
        };
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
