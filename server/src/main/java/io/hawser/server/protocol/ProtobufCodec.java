package io.hawser.server.protocol;

import io.hawser.server.protocol.Request.ConnectRequest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Messages as Protobuf, each behind its length on bidirectional connections. Thread-safe. */
final class ProtobufCodec implements Codec {
    static final ProtobufCodec INSTANCE = new ProtobufCodec();

    private static final EncodedMessage PING = message(new ProtobufMessage().toDelimitedBytes());
    private static final EncodedMessage UNI_PING = message(new ProtobufMessage().toBytes());

    private ProtobufCodec() {}

    @Override
    public Encoding encoding() {
        return Encoding.PROTOBUF;
    }

    @Override
    public Framing framing() {
        return Framing.CONCATENATED;
    }

    @Override
    public EncodedMessage encode(Reply reply) {
        return message(ProtobufReplyWriter.reply(reply).toDelimitedBytes());
    }

    @Override
    public EncodedMessage encode(Push push) {
        return message(ProtobufPushWriter.reply(push).toDelimitedBytes());
    }

    @Override
    public EncodedMessage ping() {
        return PING;
    }

    @Override
    public EncodedMessage encodeUni(Push push) {
        return message(ProtobufPushWriter.push(push).toBytes());
    }

    @Override
    public EncodedMessage uniPing() {
        return UNI_PING;
    }

    @Override
    public Decoded decode(byte[] frame) {
        List<Command> commands = new ArrayList<>();
        try {
            ProtobufFieldReader in = new ProtobufFieldReader(frame);
            ProtobufCommandReader reader = new ProtobufCommandReader(in);
            while (!in.atEnd()) {
                commands.add(in.delimited(reader::command));
            }
        } catch (BadFrameException e) {
            return Decoded.upTo(commands, e);
        } catch (IOException e) {
            return Decoded.upTo(commands, notProtobuf(e));
        }
        return Decoded.all(commands);
    }

    @Override
    public ConnectRequest decodeConnect(byte[] message) throws BadFrameException {
        try {
            return new ProtobufCommandReader(new ProtobufFieldReader(message)).connect();
        } catch (IOException e) {
            throw notProtobuf(e);
        }
    }

    /** Protobuf's own messages name the kind of fault and quote nothing. */
    private static BadFrameException notProtobuf(IOException e) {
        return new BadFrameException("not Protobuf: " + e.getMessage());
    }

    private static EncodedMessage message(byte[] bytes) {
        return new EncodedMessage(Encoding.PROTOBUF, bytes);
    }
}
