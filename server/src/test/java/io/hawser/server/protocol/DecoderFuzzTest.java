package io.hawser.server.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Any bytes for every decoder, found by Jazzer, which is guided by the branches they reach: {@code
 * JAZZER_FUZZ=1 mvn test}. Otherwise only the seeds are tried, and the inputs that once failed.
 * What needs no guide is tried in every build by {@link MutatedFramesTest}.
 */
class DecoderFuzzTest {
    private static final int SEEDS_EACH = 20;
    private static final Encoding[] ENCODINGS = Encoding.values();

    /** Frames of random commands; the byte before them says the encoding. */
    static Stream<byte[]> frames() {
        Random random = Seed.random(DecoderFuzzTest.class);
        RandomCommands commands = new RandomCommands(random);
        return Stream.of(ENCODINGS)
                .flatMap(
                        encoding ->
                                Stream.generate(() -> input(encoding, commands)).limit(SEEDS_EACH));
    }

    @MethodSource("frames")
    @FuzzTest(maxDuration = "60s")
    void anyBytesHaveAProblemOrCommands(byte[] input) {
        if (input.length > 0) {
            Encoding encoding = ENCODINGS[Byte.toUnsignedInt(input[0]) % ENCODINGS.length];
            DecoderProperties.check(encoding, Arrays.copyOfRange(input, 1, input.length));
        }
    }

    // The ordinal is a byte of an input that lives as long as the test.
    @SuppressWarnings("EnumOrdinal")
    private static byte[] input(Encoding encoding, RandomCommands commands) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.write(encoding.ordinal());
        input.writeBytes(SchemaFrames.frame(encoding, commands.some()));
        return input.toByteArray();
    }
}
