package io.hawser.server.websocket;

import static io.hawser.server.websocket.ClientFrames.BINARY;
import static io.hawser.server.websocket.ClientFrames.CLOSE;
import static io.hawser.server.websocket.ClientFrames.CONTINUATION;
import static io.hawser.server.websocket.ClientFrames.FIN;
import static io.hawser.server.websocket.ClientFrames.PING;
import static io.hawser.server.websocket.ClientFrames.PONG;
import static io.hawser.server.websocket.ClientFrames.TEXT;
import static io.hawser.server.websocket.ClientFrames.utf8;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** RFC 6455, section 5, from the side that reads. */
class FrameReaderTest {
    private static final int LIMIT = 1 << 17;
    private static final byte[] NONE = {};

    private static List<String> read(byte[]... pieces) {
        return Recorded.by(new FrameReader(LIMIT), List.of(pieces));
    }

    private static List<String> read(ClientFrames frames) {
        return read(frames.bytes());
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    @Test
    void tellsOfEveryKind() {
        var frames =
                new ClientFrames()
                        .text("héllo €")
                        .frame(FIN | BINARY, bytes(9))
                        .frame(FIN | PING, utf8("p"))
                        .frame(FIN | PONG, NONE)
                        .close(1000, utf8("bye €"));

        assertThat(read(frames))
                .containsExactly(
                        Recorded.text("héllo €"),
                        Recorded.data("binary", bytes(9)),
                        Recorded.data("ping", utf8("p")),
                        Recorded.data("pong", NONE),
                        Recorded.closed(1000, "bye €"));
    }

    @Test
    void joinsFragmentsWithControlFramesBetween() {
        var frames =
                new ClientFrames()
                        .frame(TEXT, utf8("one "))
                        .frame(FIN | PING, utf8("1"))
                        .frame(CONTINUATION, NONE)
                        .frame(FIN | PONG, utf8("2"))
                        .frame(CONTINUATION, utf8("two "))
                        .frame(FIN | CONTINUATION, utf8("three"))
                        .frame(BINARY, NONE)
                        .frame(FIN | CONTINUATION, NONE)
                        .text("next");

        assertThat(read(frames))
                .containsExactly(
                        Recorded.data("ping", utf8("1")),
                        Recorded.data("pong", utf8("2")),
                        Recorded.text("one two three"),
                        Recorded.data("binary", NONE),
                        Recorded.text("next"));
    }

    @Test
    void everySplitTellsTheSame() {
        byte[] all =
                new ClientFrames()
                        .text("héllo")
                        .frame(BINARY, bytes(130))
                        .frame(FIN | PING, utf8("ping"))
                        .frame(FIN | CONTINUATION, bytes(3))
                        .frame(FIN | TEXT, NONE)
                        .close(3001, utf8("why"))
                        .bytes();
        List<String> whole = read(all);

        assertThat(whole).hasSize(5);
        for (int i = 0; i <= all.length; i++) {
            byte[] first = Arrays.copyOf(all, i);
            for (int j = i; j <= all.length; j++) {
                byte[] second = Arrays.copyOfRange(all, i, j);
                byte[] third = Arrays.copyOfRange(all, j, all.length);
                assertThat(read(first, second, third)).as("%d %d", i, j).isEqualTo(whole);
            }
        }
    }

    @Test
    void byteByByteTellsTheSame() {
        byte[] all = new ClientFrames().frame(FIN | BINARY, bytes(70_000)).text("x").bytes();
        byte[][] single = new byte[all.length][];
        for (int i = 0; i < all.length; i++) {
            single[i] = new byte[] {all[i]};
        }

        assertThat(read(single)).isEqualTo(read(all)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, LIMIT})
    void takesEveryFormOfLength(int length) {
        assertThat(read(new ClientFrames().frame(FIN | BINARY, bytes(length)).text("next")))
                .containsExactly(Recorded.data("binary", bytes(length)), Recorded.text("next"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 125, 200})
    void takesALengthInMoreBytesThanItNeeds(int length) {
        var wide =
                new ClientFrames()
                        .raw(FIN | BINARY, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, length, 0, 0, 0, 0);
        for (byte b : bytes(length)) {
            wide.raw(b);
        }

        assertThat(read(wide)).containsExactly(Recorded.data("binary", bytes(length)));
    }

    @Test
    void theLimitItselfIsAllowedAlsoInParts() {
        assertThat(
                        read(
                                new ClientFrames()
                                        .frame(BINARY, bytes(LIMIT - 1))
                                        .frame(CONTINUATION, bytes(1))
                                        .frame(FIN | CONTINUATION, NONE)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("binary " + LIMIT);
    }

    static Stream<Arguments> tooBig() {
        return Stream.of(
                Arguments.of("declared", new ClientFrames().head(FIN | TEXT, LIMIT + 1).raw(0)),
                Arguments.of(
                        "by one frame", new ClientFrames().frame(FIN | TEXT, bytes(LIMIT + 1))),
                Arguments.of(
                        "by fragments",
                        new ClientFrames()
                                .frame(BINARY, bytes(LIMIT))
                                .frame(FIN | CONTINUATION, bytes(1))),
                Arguments.of(
                        "by many fragments",
                        new ClientFrames()
                                .frame(BINARY, bytes(LIMIT / 2))
                                .frame(CONTINUATION, bytes(LIMIT / 2))
                                .frame(CONTINUATION, NONE)
                                .frame(CONTINUATION, bytes(1))),
                Arguments.of(
                        "2 to the 31",
                        new ClientFrames().head(FIN | BINARY, 1L << 31).raw(0, 0, 0, 0)),
                Arguments.of(
                        "the largest length",
                        new ClientFrames().head(FIN | BINARY, Long.MAX_VALUE).raw(0, 0, 0, 0)),
                Arguments.of(
                        "a sum beyond 63 bits",
                        new ClientFrames()
                                .frame(BINARY, bytes(9))
                                .head(FIN, Long.MAX_VALUE)
                                .raw(0, 0, 0, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooBig")
    void aMessageAboveTheLimitIs1009(String what, ClientFrames frames) {
        byte[] complete = new ClientFrames().raw(0, 0, 0).bytes(); // ends a head that is cut
        assertThat(read(frames.bytes(), complete)).containsExactly(Recorded.violation(1009));
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of("without a mask", new ClientFrames().raw(FIN | TEXT, 2, 'h', 'i')),
                Arguments.of("empty without a mask", new ClientFrames().raw(FIN | TEXT, 0)),
                Arguments.of("close without a mask", new ClientFrames().raw(FIN | CLOSE, 0)),
                Arguments.of("RSV1", new ClientFrames().raw(FIN | 0x40 | TEXT, 0x80)),
                Arguments.of("RSV2", new ClientFrames().raw(FIN | 0x20 | TEXT, 0x80)),
                Arguments.of("RSV3", new ClientFrames().raw(FIN | 0x10 | PING, 0x80)),
                Arguments.of("ping in parts", new ClientFrames().raw(PING, 0x80)),
                Arguments.of("close in parts", new ClientFrames().raw(CLOSE, 0x80)),
                Arguments.of("ping of 126", new ClientFrames().frame(FIN | PING, bytes(126))),
                Arguments.of("pong of 65536", new ClientFrames().frame(FIN | PONG, bytes(65_536))),
                Arguments.of("close of 126", new ClientFrames().frame(FIN | CLOSE, bytes(126))),
                Arguments.of("continuation of nothing", new ClientFrames().raw(FIN, 0x80)),
                Arguments.of("its first part", new ClientFrames().raw(CONTINUATION, 0x80)),
                Arguments.of("a negative length", new ClientFrames().head(FIN | TEXT, -1).raw(0)),
                Arguments.of(
                        "the least length",
                        new ClientFrames().head(FIN | BINARY, Long.MIN_VALUE).raw(0, 0, 0, 0)),
                Arguments.of("a close of 1 byte", new ClientFrames().frame(FIN | CLOSE, bytes(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void aViolationIs1002(String what, ClientFrames frames) {
        byte[] complete = new byte[3]; // ends a head that is cut
        assertThat(read(frames.bytes(), complete)).containsExactly(Recorded.violation(1002));
    }

    /** Whoever forgets the mask may have sent all he wants: the answer must not await more. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("violationsOfTwoBytes")
    void whatTwoBytesTellNeedsNoThird(String what, int first, int second) {
        assertThat(read(new ClientFrames().raw(first, second)))
                .containsExactly(Recorded.violation(1002));
    }

    static Stream<Arguments> violationsOfTwoBytes() {
        return Stream.of(
                Arguments.of("without a mask", FIN | TEXT, 2),
                Arguments.of("RSV1", FIN | 0x40 | TEXT, 0x82),
                Arguments.of("unknown opcode", FIN | 3, 0x82),
                Arguments.of("ping in parts", PING, 0x82),
                Arguments.of("long ping", FIN | PING, 0xfe),
                Arguments.of("continuation of nothing", FIN, 0x82));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void anUnknownOpcodeIs1002(int opcode) {
        assertThat(read(new ClientFrames().frame(FIN | opcode, NONE)))
                .containsExactly(Recorded.violation(1002));
    }

    @ParameterizedTest
    @ValueSource(ints = {TEXT, BINARY})
    void aMessageWithinAMessageIs1002(int opcode) {
        assertThat(read(new ClientFrames().frame(TEXT, utf8("a")).frame(FIN | opcode, utf8("b"))))
                .containsExactly(Recorded.violation(1002));
    }

    @Test
    void whatCameBeforeAViolationIsTold() {
        assertThat(read(new ClientFrames().text("before").raw(FIN | 0x70 | TEXT, 0x80)))
                .containsExactly(Recorded.text("before"), Recorded.violation(1002));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
                4000, 4999
            })
    void closeCodesThatAreTold(int code) {
        assertThat(read(new ClientFrames().close(code, NONE)))
                .containsExactly(Recorded.closed(code, ""));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535})
    void closeCodesThatMustNotBeSent(int code) {
        assertThat(read(new ClientFrames().close(code, NONE)))
                .containsExactly(Recorded.violation(1002));
    }

    @Test
    void aCloseWithoutACodeIs1005() {
        assertThat(read(new ClientFrames().frame(FIN | CLOSE, NONE)))
                .containsExactly(Recorded.closed(1005, ""));
    }

    @Test
    void aCloseOf125BytesIsWhole() {
        String reason = "r".repeat(123);
        assertThat(read(new ClientFrames().close(1000, utf8(reason))))
                .containsExactly(Recorded.closed(1000, reason));
    }

    @Test
    void afterACloseNothingIsRead() {
        var reader = new FrameReader(LIMIT);
        byte[] behind = new ClientFrames().text("late").raw(0xff, 0xff, 0xff).bytes();
        byte[] all = new ClientFrames().close(1000, NONE).text("late").bytes();

        assertThat(Recorded.by(reader, List.of(all, behind)))
                .containsExactly(Recorded.closed(1000, ""));
        assertThat(reader.isIdle()).isFalse();
    }

    /** From the decoder stress test that many use: overlong forms, surrogates, lone bytes. */
    static Stream<Arguments> notUtf8() {
        return Stream.of(
                Arguments.of("a lone continuation", new byte[] {'a', (byte) 0x80}),
                Arguments.of("a cut character", new byte[] {(byte) 0xe2, (byte) 0x82}),
                Arguments.of("a wrong second byte", new byte[] {(byte) 0xc3, 0x28}),
                Arguments.of("an overlong slash", new byte[] {(byte) 0xc0, (byte) 0xaf}),
                Arguments.of(
                        "an overlong NUL of 3", new byte[] {(byte) 0xe0, (byte) 0x80, (byte) 0x80}),
                Arguments.of(
                        "a surrogate", new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80, 'x'}),
                Arguments.of(
                        "above U+10FFFF",
                        new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}),
                Arguments.of("FE", new byte[] {(byte) 0xfe}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notUtf8")
    void textThatIsNotUtf8Is1007(String what, byte[] bad) {
        String violation = Recorded.violation(1007);
        assertThat(read(new ClientFrames().frame(FIN | TEXT, bad))).containsExactly(violation);
        assertThat(read(new ClientFrames().close(1000, bad))).containsExactly(violation);
        for (int i = 0; i <= bad.length; i++) {
            var parts =
                    new ClientFrames()
                            .frame(TEXT, Arrays.copyOf(bad, i))
                            .frame(FIN | CONTINUATION, Arrays.copyOfRange(bad, i, bad.length));
            assertThat(read(parts)).as("cut at %d", i).containsExactly(violation);
        }
        assertThat(read(new ClientFrames().frame(FIN | BINARY, bad)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("binary");
    }

    @Test
    void aCharacterMayBeSplitAcrossFragments() {
        byte[] text = utf8("€𝄞é");
        for (int i = 0; i <= text.length; i++) {
            var parts =
                    new ClientFrames()
                            .frame(TEXT, Arrays.copyOf(text, i))
                            .frame(FIN | PING, NONE)
                            .frame(FIN | CONTINUATION, Arrays.copyOfRange(text, i, text.length));
            assertThat(read(parts)).contains(Recorded.text("€𝄞é"));
        }
    }

    @Test
    void everyMaskIsTakenOff() {
        byte[][] masks = {{0, 0, 0, 0}, {-1, -1, -1, -1}, {1, 2, 3, 4}, {(byte) 0x80, 0, 0x7f, 9}};
        for (byte[] mask : masks) {
            for (int length = 0; length < 40; length++) {
                var frames = new ClientFrames().frame(FIN | BINARY, bytes(length), mask);
                assertThat(read(frames)).containsExactly(Recorded.data("binary", bytes(length)));
            }
        }
    }

    @Test
    void isIdleOnlyBetweenMessages() throws FrameException {
        var reader = new FrameReader(LIMIT);
        var events = new Recorded();
        assertThat(reader.isIdle()).isTrue();
        reader.read(ByteBuffer.wrap(new ClientFrames().text("x").bytes()), events);
        assertThat(reader.isIdle()).isTrue();
        reader.read(ByteBuffer.wrap(new ClientFrames().frame(TEXT, utf8("x")).bytes()), events);
        assertThat(reader.isIdle()).isFalse();
        reader.read(ByteBuffer.wrap(new ClientFrames().frame(FIN, utf8("x")).bytes()), events);
        assertThat(reader.isIdle()).isTrue();
        reader.read(ByteBuffer.wrap(new byte[] {(byte) (FIN | TEXT)}), events);
        assertThat(reader.isIdle()).isFalse();
    }

    /** Many who declare a long message and send a little of it must not cost its length. */
    @Test
    void memoryFollowsTheBytesThatCame() throws FrameException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int declared = 64 << 20;
        byte[] start = new ClientFrames().head(FIN | BINARY, declared).raw(0, 0, 0, 0).bytes();
        var events = new Recorded();

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            var reader = new FrameReader(declared);
            reader.read(ByteBuffer.wrap(start), events);
            reader.read(ByteBuffer.wrap(new byte[] {1, 2, 3}), events);
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / 100;

        assertThat(each).isLessThan(16 * 1024);
    }
}
