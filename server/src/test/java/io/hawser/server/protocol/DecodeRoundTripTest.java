package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Random commands, written by the schema and not by our codecs, must be read alike in all
 * encodings. That no bytes whatever make a codec throw is shown by {@link MutatedFramesTest} and
 * {@link DecoderFuzzTest}.
 */
class DecodeRoundTripTest {
    private static final int ROUNDS = 2_000;

    private final Random random = Seed.random(DecodeRoundTripTest.class);
    private final RandomCommands commands = new RandomCommands(random);

    @Test
    void allEncodingsAreReadAlike() {
        for (int round = 0; round < ROUNDS; round++) {
            List<Message> messages = commands.some();
            Decoded fromJson = asOthersRead(decode(Encoding.JSON, messages));
            assertThat(fromJson.problem()).isNull();
            assertThat(fromJson.commands()).hasSize(messages.size());
            for (Encoding encoding : Encoding.values()) {
                assertThat(asOthersRead(decode(encoding, messages)))
                        .as("%s", encoding)
                        .isEqualTo(fromJson);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFrameCutOffKeepsTheCommandsBefore(Encoding encoding) {
        for (int round = 0; round < ROUNDS; round++) {
            List<Message> messages = commands.some();
            byte[] frame = SchemaFrames.frame(encoding, messages);
            List<Command> all = decode(encoding, messages).commands();
            assertBeginning(all, Codec.of(encoding), cut(frame));
        }
    }

    /** Only reading JSON shows that published data are JSON. */
    private static Decoded asOthersRead(Decoded decoded) {
        return new Decoded(
                decoded.commands().stream()
                        .map(command -> new Command(command.id(), asOthersRead(command.request())))
                        .toList(),
                decoded.problem());
    }

    private static Request asOthersRead(Request request) {
        return request instanceof Request.PublishRequest publish
                ? new Request.PublishRequest(
                        publish.channel(), publish.data(), false, publish.type())
                : request;
    }

    private static Decoded decode(Encoding encoding, List<Message> messages) {
        return Codec.of(encoding).decode(SchemaFrames.frame(encoding, messages));
    }

    private byte[] cut(byte[] frame) {
        return Arrays.copyOf(frame, random.nextInt(frame.length));
    }

    private static void assertBeginning(List<Command> all, Codec codec, byte[] frame) {
        List<Command> commands = codec.decode(frame).commands();
        assertThat(all.subList(0, Math.min(all.size(), commands.size()))).isEqualTo(commands);
    }
}
