package io.hawser.server.protocol;

import io.hawser.server.protocol.Request.ConnectRequest;

/**
 * Turns messages into bytes and bytes into commands. Codecs have no state of a connection.
 *
 * <p>Payloads are copied byte for byte in both directions. What goes out in {@link Encoding#JSON}
 * must be one JSON value without raw line breaks, or empty: {@link JsonData#check} at the door sees
 * to that.
 *
 * <p>Thread-safe; never blocks.
 */
public interface Codec {

    /** The codec of {@code encoding}. */
    static Codec of(Encoding encoding) {
        return switch (encoding) {
            case JSON -> JsonCodec.INSTANCE;
            case PROTOBUF -> ProtobufCodec.INSTANCE;
            case MESSAGEPACK -> MessagePackCodec.INSTANCE;
        };
    }

    Encoding encoding();

    /** How messages for a bidirectional connection are joined into frames. */
    Framing framing();

    /** A reply for a bidirectional connection. */
    EncodedMessage encode(Reply reply);

    /** A push for a bidirectional connection. */
    EncodedMessage encode(Push push);

    /** A ping for a bidirectional connection, always the same object. */
    EncodedMessage ping();

    /** A push for a unidirectional connection; goes by {@link Framing#SINGLE}. */
    EncodedMessage encodeUni(Push push);

    /** A ping for a unidirectional connection, always the same object. */
    EncodedMessage uniPing();

    /** Reads the commands of one frame; a frame without any has a problem. */
    Decoded decode(byte[] frame);

    /**
     * Reads the message that opens a unidirectional connection: the connect request alone.
     *
     * @throws BadFrameException if it is not one
     */
    ConnectRequest decodeConnect(byte[] message) throws BadFrameException;
}
