package io.hawser.server.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

class FossilDeltaTest {
    private static final String TICK =
            "{\"symbol\":\"AAPL\",\"bid\":%s,\"ask\":228.17,\"volume\":48211000,\"time\":%s}";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Random random() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("FossilDeltaTest: -Dtest.seed=" + seed);
        return new Random(seed);
    }

    private static byte[] roundTrip(byte[] source, byte[] target) throws BadDeltaException {
        byte[] delta = FossilDelta.create(source, target);
        assertThat(FossilDelta.apply(source, delta)).isEqualTo(target);
        assertThat(delta.length).isLessThanOrEqualTo(target.length + 21);
        return delta;
    }

    /** Sums reckoned by hand from the format's page. */
    @ParameterizedTest
    @CsvSource({
        "'',                     '',                     '0|0;'",
        "'',                     hello,                  '5|5:hello3NPMmh;'",
        "abcdefghijklmnop,       abcdefghijklmnop,       'G|G@0,2TdQMd;'",
        "abcdefghijklmnop,       '',                     '0|0;'",
        "abcX,                   abcY,                   '4|4:abcY1XObDP;'"
    })
    void writesTheFormat(String source, String target, String expected) throws BadDeltaException {
        assertThat(text(roundTrip(bytes(source), bytes(target))).replace('\n', '|'))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 4_096, 70_000, 300_001})
    void keepsEveryByte(int length) throws BadDeltaException {
        var pairs = new RandomPairs(random());
        byte[] source = pairs.bytes(length);
        byte[] other = pairs.bytes(length);
        byte[] repetitive = pairs.repetitive(length);
        byte[] empty = {};
        roundTrip(source, source);
        roundTrip(source, other);
        roundTrip(source, pairs.edited(source));
        roundTrip(source, empty);
        roundTrip(empty, source);
        roundTrip(repetitive, pairs.repetitive(length));
        roundTrip(repetitive, pairs.edited(repetitive));
        roundTrip(new byte[length], new byte[length + 1]);
        roundTrip(new byte[length + 1], new byte[length]);
    }

    @Test
    void keepsEveryByteOfRandomPairs() throws BadDeltaException {
        Random random = random();
        var pairs = new RandomPairs(random);
        for (int i = 0; i < 3_000; i++) {
            byte[] source =
                    switch (random.nextInt(3)) {
                        case 0 -> pairs.bytes(random.nextInt(600));
                        case 1 -> pairs.repetitive(random.nextInt(600));
                        default -> pairs.text(random.nextInt(300));
                    };
            roundTrip(source, pairs.edited(source));
        }
    }

    @Test
    void splitsNoCharacter() throws Exception {
        Random random = random();
        var pairs = new RandomPairs(random);
        for (int i = 0; i < 3_000; i++) {
            byte[] source = pairs.text(random.nextInt(300));
            byte[] target = random.nextInt(4) == 0 ? pairs.text(60) : pairs.editedText(source);
            assertValidUtf8(roundTrip(source, target));
        }
    }

    /** Characters whose last bytes are equal and whose first are not, and the other way round. */
    @Test
    void copiesWholeCharactersOnly() throws Exception {
        String shared = "0123456789abcdef0123456789abcdef";
        assertValidUtf8(roundTrip(bytes("é" + shared), bytes("X" + shared + "\u00a9" + shared)));
        assertValidUtf8(roundTrip(bytes("Ã©" + shared), bytes("\u00e9" + shared)));
        assertValidUtf8(roundTrip(bytes(shared + "😀"), bytes(shared + "😁")));
        assertValidUtf8(roundTrip(bytes("€" + shared), bytes("₭" + shared)));
        assertValidUtf8(roundTrip(bytes("1é" + shared + "😀2"), bytes("3©" + shared + "😁4")));
    }

    private static void assertValidUtf8(byte[] delta) throws CharacterCodingException {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(delta));
    }

    @Test
    void aTickBecomesItsChange() throws BadDeltaException {
        byte[] before = bytes(TICK.formatted("228.13", "1700000000001"));
        byte[] after = bytes(TICK.formatted("228.19", "1700000000002"));
        String delta = text(roundTrip(before, after));
        assertThat(delta).contains("@").hasSizeLessThan(after.length / 2);
    }

    @Test
    void findsWhatMoved() throws BadDeltaException {
        var pairs = new RandomPairs(random());
        byte[] left = pairs.bytes(500);
        byte[] right = pairs.bytes(700);
        byte[] source = ByteBuffer.allocate(1_200).put(left).put(right).array();
        byte[] target = ByteBuffer.allocate(1_200).put(right).put(left).array();
        assertThat(roundTrip(source, target)).hasSizeLessThan(100);
    }

    @Test
    void findsBlocksOfLongSources() throws BadDeltaException {
        var pairs = new RandomPairs(random());
        byte[] source = pairs.bytes(3 << 20);
        byte[] target = Arrays.copyOfRange(source, 1_000_003, 2_000_000);
        target[0]++;
        target[500_000]++;
        target[target.length - 1]++;
        assertThat(roundTrip(source, target)).hasSizeLessThan(100);
    }

    @Test
    void aDeltaThatIsNotShorterIsNotWorthIt() throws BadDeltaException {
        var pairs = new RandomPairs(random());
        byte[] source = pairs.bytes(300);
        assertThat(FossilDelta.createIfShorter(source, pairs.bytes(300))).isEmpty();
        assertThat(FossilDelta.createIfShorter(source, bytes("{}"))).isEmpty();
        assertThat(FossilDelta.createIfShorter(source, new byte[0])).isEmpty();
        byte[] delta = FossilDelta.createIfShorter(source, source).orElseThrow();
        assertThat(FossilDelta.apply(source, delta)).isEqualTo(source);
    }

    @Test
    void refusesWhatIsTooLong() {
        byte[] tooLong = new byte[FossilDelta.MAX_BYTES + 1];
        byte[] empty = {};
        assertThatIllegalArgumentException().isThrownBy(() -> FossilDelta.create(tooLong, empty));
        assertThatIllegalArgumentException().isThrownBy(() -> FossilDelta.create(empty, tooLong));
    }

    /** Deltas for a source of 16 bytes; | stands for a line feed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "|",
                "5",
                "5:",
                "5|",
                "5|5",
                "5|5:hell",
                "5|5:hello",
                "5|5:hello3NPMmh",
                "5|5:hello3NPMmi;",
                "4|5:hello3NPMmh;",
                "6|5:hello3NPMmh;",
                "5|5@0|3NPMmh;",
                "5|5@C,3NPMmh;",
                "5|5@~~~~~,3NPMmh;",
                "5|5@3~~~~~,3NPMmh;",
                "5|3~~~~~@5,3NPMmh;",
                "5|5!hello3NPMmh;",
                "5|:hello3NPMmh;",
                "~~~~~~|0;",
                "3~~~~~|0;",
                "4000000|0;",
                "g|g@0,0;",
                "5|3~~~~~:hello3NPMmh;",
                "é|0;",
                "0 0;"
            })
    void refusesBadDeltas(String delta) {
        byte[] source = bytes("abcdefghijklmnop");
        assertThatThrownBy(() -> FossilDelta.apply(source, bytes(delta.replace('|', '\n'))))
                .isInstanceOf(BadDeltaException.class)
                .hasMessageStartingWith("a delta ");
    }

    @Test
    void damagedDeltasMakeNothingElse() {
        Random random = random();
        byte[] source = new RandomPairs(random).text(400);
        byte[] target = new RandomPairs(random).editedText(source);
        byte[] delta = FossilDelta.create(source, target);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = Arrays.copyOf(delta, delta.length - random.nextInt(3));
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            try {
                assertThat(DeltaChecksum.of(FossilDelta.apply(source, damaged)))
                        .isEqualTo(DeltaChecksum.of(target));
            } catch (BadDeltaException e) {
                assertThat(e).hasMessageStartingWith("a delta ");
            }
        }
    }

    @Test
    void anotherSourceIsNoticed() {
        byte[] source = bytes("0123456789abcdefghijklmnopqrstuvwxyz");
        byte[] delta = FossilDelta.create(source, bytes("0123456789abcdefghijklmnopqrstuvwxyz!"));
        byte[] other = bytes("0123456789abcdefghijklmnopqrstuvwxyZ");
        assertThatThrownBy(() -> FossilDelta.apply(other, delta))
                .isInstanceOf(BadDeltaException.class)
                .hasMessage("a delta of another source");
    }
}
