package io.hawser.server.protocol;

import com.google.protobuf.Message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Frames as a client writes them, from messages of {@link ProtocolSchema}. */
final class SchemaFrames {
    private SchemaFrames() {}

    static byte[] frame(Encoding encoding, List<Message> messages) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try {
            for (Message message : messages) {
                switch (encoding) {
                    case JSON -> frame.write(json(message));
                    case PROTOBUF -> message.writeDelimitedTo(frame);
                    case MESSAGEPACK -> frame.write(SchemaMessagePack.write(message));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return frame.toByteArray();
    }

    private static byte[] json(Message message) {
        return (SchemaJson.write(message) + '\n').getBytes(StandardCharsets.UTF_8);
    }
}
