package io.hawser.server.protocol;

import io.hawser.server.protocol.Request.ConnectRequest;

import org.msgpack.core.MessagePackException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as MessagePack maps with the names of JSON, one behind the other; payloads are binaries.
 * Thread-safe.
 */
final class MessagePackCodec implements Codec {
    static final MessagePackCodec INSTANCE = new MessagePackCodec();

    private static final EncodedMessage EMPTY_MAP =
            message(MessagePackFieldWriter.write(fields -> {}));

    private MessagePackCodec() {}

    @Override
    public Encoding encoding() {
        return Encoding.MESSAGEPACK;
    }

    @Override
    public Framing framing() {
        return Framing.CONCATENATED;
    }

    @Override
    public EncodedMessage encode(Reply reply) {
        return message(MessagePackFieldWriter.write(out -> NamedReplyWriter.reply(out, reply)));
    }

    @Override
    public EncodedMessage encode(Push push) {
        return message(
                MessagePackFieldWriter.write(
                        out -> out.object("push", body -> NamedPushWriter.push(body, push))));
    }

    @Override
    public EncodedMessage ping() {
        return EMPTY_MAP;
    }

    @Override
    public EncodedMessage encodeUni(Push push) {
        return message(MessagePackFieldWriter.write(out -> NamedPushWriter.push(out, push)));
    }

    @Override
    public EncodedMessage uniPing() {
        return EMPTY_MAP;
    }

    @Override
    public Decoded decode(byte[] frame) {
        List<Command> commands = new ArrayList<>();
        try {
            MessagePackFieldReader in = new MessagePackFieldReader(frame);
            NamedCommandReader reader = new NamedCommandReader(in);
            while (!in.atEnd()) {
                commands.add(reader.command());
            }
        } catch (BadFrameException e) {
            return Decoded.upTo(commands, e);
        } catch (MessagePackException | IOException e) {
            return Decoded.upTo(commands, notMessagePack());
        }
        return Decoded.all(commands);
    }

    @Override
    public ConnectRequest decodeConnect(byte[] message) throws BadFrameException {
        try {
            MessagePackFieldReader in = new MessagePackFieldReader(message);
            ConnectRequest request = new NamedCommandReader(in).connect();
            if (!in.atEnd()) {
                throw new BadFrameException("more than a connect request");
            }
            return request;
        } catch (MessagePackException | IOException e) {
            throw notMessagePack();
        }
    }

    private static BadFrameException notMessagePack() {
        return new BadFrameException("not MessagePack, or not all of it");
    }

    private static EncodedMessage message(byte[] bytes) {
        return new EncodedMessage(Encoding.MESSAGEPACK, bytes);
    }
}
