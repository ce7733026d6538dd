package io.hawser.server.protocol;

import io.hawser.server.protocol.Request.ConnectRequest;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Messages as JSON objects, one a line. Thread-safe. */
final class JsonCodec implements Codec {
    static final JsonCodec INSTANCE = new JsonCodec();

    private static final EncodedMessage EMPTY_OBJECT =
            message("{}".getBytes(StandardCharsets.UTF_8));

    private JsonCodec() {}

    @Override
    public Encoding encoding() {
        return Encoding.JSON;
    }

    @Override
    public Framing framing() {
        return Framing.LINES;
    }

    @Override
    public EncodedMessage encode(Reply reply) {
        return message(JsonFieldWriter.write(out -> NamedReplyWriter.reply(out, reply)));
    }

    @Override
    public EncodedMessage encode(Push push) {
        return message(
                JsonFieldWriter.write(
                        out -> out.object("push", body -> NamedPushWriter.push(body, push))));
    }

    @Override
    public EncodedMessage ping() {
        return EMPTY_OBJECT;
    }

    @Override
    public EncodedMessage encodeUni(Push push) {
        return message(JsonFieldWriter.write(out -> NamedPushWriter.push(out, push)));
    }

    @Override
    public EncodedMessage uniPing() {
        return EMPTY_OBJECT;
    }

    @Override
    public Decoded decode(byte[] frame) {
        List<Command> commands = new ArrayList<>();
        try (JsonParser parser = JsonInput.open(frame)) {
            JsonFieldReader in = new JsonFieldReader(frame, parser);
            NamedCommandReader reader = new NamedCommandReader(in);
            while (in.nextRoot()) {
                commands.add(reader.command());
            }
        } catch (BadFrameException e) {
            return Decoded.upTo(commands, e);
        } catch (JacksonException | IOException e) {
            return Decoded.upTo(commands, notJson());
        }
        return Decoded.all(commands);
    }

    @Override
    public ConnectRequest decodeConnect(byte[] message) throws BadFrameException {
        try (JsonParser parser = JsonInput.open(message)) {
            JsonFieldReader in = new JsonFieldReader(message, parser);
            if (!in.nextRoot()) {
                throw new BadFrameException("no connect request");
            }
            ConnectRequest request = new NamedCommandReader(in).connect();
            if (in.nextRoot()) {
                throw new BadFrameException("more than a connect request");
            }
            return request;
        } catch (JacksonException | IOException e) {
            throw notJson();
        }
    }

    /** Without the parser's message, which may quote what the client sent: tokens, say. */
    private static BadFrameException notJson() {
        return new BadFrameException("not JSON, or too deep");
    }

    private static EncodedMessage message(byte[] bytes) {
        return new EncodedMessage(Encoding.JSON, bytes);
    }
}
