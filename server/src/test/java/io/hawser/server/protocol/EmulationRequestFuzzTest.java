package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Any bytes as the body of {@code POST /emulation}, which no codec has seen yet. With {@code
 * JAZZER_FUZZ=1} one target is fuzzed in a run: {@code -Dtest=EmulationRequestFuzzTest}.
 */
class EmulationRequestFuzzTest {
    private static final int SEEDS = 20;
    private static final int BODIES = 200;
    private static final int MUTATIONS = 100;

    /** Bodies of both kinds; the byte before them says which. */
    static Stream<byte[]> requests() {
        Random random = Seed.random(EmulationRequestFuzzTest.class);
        RandomCommands commands = new RandomCommands(random);
        return Stream.generate(() -> input(random.nextBoolean(), commands)).limit(SEEDS);
    }

    @MethodSource("requests")
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreARequestOrRefused(byte[] input) {
        if (input.length > 0) {
            check(input[0] % 2 == 0, Arrays.copyOfRange(input, 1, input.length));
        }
    }

    @Test
    void damagedRequestsAreRequestsOrRefused() {
        Random random = Seed.random(EmulationRequestFuzzTest.class);
        RandomCommands commands = new RandomCommands(random);
        FrameMutations mutations = new FrameMutations(random);
        byte[] other = input(true, commands);
        for (int i = 0; i < BODIES; i++) {
            byte[] whole = input(random.nextBoolean(), commands);
            for (int mutation = 0; mutation < MUTATIONS; mutation++) {
                anyBytesAreARequestOrRefused(mutations.mutated(whole, other));
            }
            other = whole;
        }
    }

    private static void check(boolean json, byte[] body) {
        try {
            read(json, body);
            Allocation.check(body.length, () -> read(json, body));
        } catch (Throwable e) {
            throw new AssertionError(json + " " + HexFormat.of().formatHex(body), e);
        }
    }

    private static void read(boolean json, byte[] body) {
        try {
            EmulationRequest request =
                    json ? EmulationRequest.ofJson(body) : EmulationRequest.ofProtobuf(body);
            assertThat(request.node()).isNotEmpty();
            assertThat(request.session()).isNotEmpty();
            assertThat(request.data().isEmpty()).isFalse();
        } catch (BadFrameException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static byte[] input(boolean json, RandomCommands commands) {
        Encoding encoding = json ? Encoding.JSON : Encoding.PROTOBUF;
        byte[] data = SchemaFrames.frame(encoding, commands.some());
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.write(json ? 0 : 1);
        input.writeBytes(json ? json(data) : protobuf(data));
        return input.toByteArray();
    }

    private static byte[] json(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return "{\"session\":\"s-1\",\"node\":\"n1\",\"data\":\"%s\"}"
                .formatted(quoted)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] protobuf(byte[] data) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0x0a, 2, 'n', '1', 0x12, 3, 's', '-', '1', 0x1a});
        int length = data.length;
        for (; length > 0x7f; length >>>= 7) {
            body.write(length | 0x80);
        }
        body.write(length);
        body.writeBytes(data);
        return body.toByteArray();
    }
}
