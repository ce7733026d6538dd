package io.hawser.server.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.hawser.server.protocol.Allocation;
import io.hawser.server.protocol.FrameMutations;
import io.hawser.server.protocol.Seed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Any bytes as a delta, for any source. With {@code JAZZER_FUZZ=1} one target is fuzzed in a run:
 * {@code -Dtest=DeltaFuzzTest}.
 */
class DeltaFuzzTest {
    private static final int SEEDS = 20;
    private static final int DELTAS = 300;
    private static final int MUTATIONS = 100;
    private static final int MAX_SOURCE = 300;

    /** The source's length in two bytes, the source, a delta of it. */
    static Stream<byte[]> deltas() {
        Random random = Seed.random(DeltaFuzzTest.class);
        return Stream.generate(() -> input(random)).limit(SEEDS);
    }

    @MethodSource("deltas")
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreADeltaOrRefused(byte[] input) {
        if (input.length >= Short.BYTES) {
            int length = Short.toUnsignedInt(ByteBuffer.wrap(input).getShort());
            int end = Short.BYTES + Math.min(length, input.length - Short.BYTES);
            check(
                    Arrays.copyOfRange(input, Short.BYTES, end),
                    Arrays.copyOfRange(input, end, input.length));
        }
    }

    @Test
    void damagedDeltasAreDeltasOrRefused() {
        Random random = Seed.random(DeltaFuzzTest.class);
        FrameMutations mutations = new FrameMutations(random);
        byte[] other = input(random);
        for (int i = 0; i < DELTAS; i++) {
            byte[] whole = input(random);
            for (int mutation = 0; mutation < MUTATIONS; mutation++) {
                anyBytesAreADeltaOrRefused(mutations.mutated(whole, other));
            }
            other = whole;
        }
    }

    private static void check(byte[] source, byte[] delta) {
        try {
            byte[] target = applied(source, delta);
            // A copy takes 4 bytes of a delta at least, and brings the source at most.
            long possible = delta.length + (long) (delta.length / 4) * source.length;
            Allocation.check(possible / 256, () -> applied(source, delta));
            assertThat((long) target.length).isLessThanOrEqualTo(possible);
            byte[] again = FossilDelta.create(source, target);
            assertThat(FossilDelta.apply(source, again)).isEqualTo(target);
        } catch (Throwable e) {
            HexFormat hex = HexFormat.of();
            throw new AssertionError(hex.formatHex(source) + " " + hex.formatHex(delta), e);
        }
    }

    /** The target; nothing if it is refused. */
    private static byte[] applied(byte[] source, byte[] delta) {
        try {
            return FossilDelta.apply(source, delta);
        } catch (BadDeltaException e) {
            assertThat(e.getMessage()).startsWith("a delta ");
            return new byte[0];
        }
    }

    private static byte[] input(Random random) {
        var pairs = new RandomPairs(random);
        byte[] source =
                random.nextBoolean()
                        ? pairs.text(random.nextInt(MAX_SOURCE))
                        : pairs.repetitive(random.nextInt(MAX_SOURCE));
        byte[] delta = FossilDelta.create(source, pairs.edited(source));
        return ByteBuffer.allocate(Short.BYTES + source.length + delta.length)
                .putShort((short) source.length)
                .put(source)
                .put(delta)
                .array();
    }
}
