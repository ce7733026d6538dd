package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.CodedOutputStream;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Request.ConnectRequest;
import io.hawser.server.protocol.Request.HistoryRequest;
import io.hawser.server.protocol.Request.PingRequest;
import io.hawser.server.protocol.Request.PresenceRequest;
import io.hawser.server.protocol.Request.PresenceStatsRequest;
import io.hawser.server.protocol.Request.PublishRequest;
import io.hawser.server.protocol.Request.RefreshRequest;
import io.hawser.server.protocol.Request.RpcRequest;
import io.hawser.server.protocol.Request.SendRequest;
import io.hawser.server.protocol.Request.SubRefreshRequest;
import io.hawser.server.protocol.Request.SubscribeRequest;
import io.hawser.server.protocol.Request.UnsubscribeRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Frames in the notation of {@link ProtobufEncodeTest#parse}. */
class ProtobufDecodeTest {
    private static final Codec CODEC = Codec.of(Encoding.PROTOBUF);
    private static final String GOOD = "04 0801 5a00";
    private static final Command PING = new Command(1, new PingRequest());

    static Stream<Arguments> requests() {
        SubscribeRequestBuilder recovering = new SubscribeRequestBuilder();
        recovering.recover = true;
        recovering.offset = 9;
        recovering.epoch = "e";
        return Stream.of(
                arguments(
                        "2236 0a01't' 1207'{\"a\":1}' 1a0d 0a02'ch' 1207 1801 3201'e' 3809"
                                + "2202'js' 2a05'5.7.1' 3206 0a01'h' 1201'v' 3801 4201'd' 4a01'p'",
                        new ConnectRequest(
                                "t",
                                Payload.of("{\"a\":1}"),
                                Map.of("ch", recovering.build()),
                                "js",
                                "5.7.1",
                                Map.of("h", "v"))),
                arguments(
                        "2200", new ConnectRequest("", Payload.EMPTY, Map.of(), "", "", Map.of())),
                arguments(
                        "2a52 0a01'c' 1201't' 1801 3201'e' 3807 4203'[1]' 4801 5001 5801"
                                + "6206'fossil' 6a1f 0a03'and' 320a 1201'k' 1a02'eq' 2201'v'"
                                + "320c 1201'k' 1a02'in' 2a01'a' 2a00"
                                + "7003 7802 8001018a0101'x' 900103 980101",
                        new SubscribeRequest(
                                "c",
                                "t",
                                true,
                                new StreamPosition(7, "e"),
                                Payload.of("[1]"),
                                true,
                                true,
                                true,
                                "fossil",
                                new FilterNode(
                                        "and",
                                        "",
                                        "",
                                        "",
                                        List.of(),
                                        List.of(
                                                leaf("eq", "v", List.of()),
                                                leaf("in", "", List.of("a", "")))),
                                3,
                                2)),
                arguments("3203 0a01'c'", new UnsubscribeRequest("c")),
                arguments(
                        "3a0d 0a01'c' 1203ff00fe 1801 2201'k'",
                        new PublishRequest(
                                "c",
                                Payload.of(new byte[] {(byte) 0xff, 0, (byte) 0xfe}),
                                false,
                                1)),
                arguments("4203 0a01'c'", new PresenceRequest("c")),
                arguments("4a03 0a01'c'", new PresenceStatsRequest("c")),
                arguments(
                        "5217 0a01'c' 38ffffffffffffffffff01 4205 0803 1201'e' 4801",
                        new HistoryRequest("c", -1, new StreamPosition(3, "e"), true)),
                arguments("5200", new HistoryRequest("", 0, null, false)),
                arguments("5202 4200", new HistoryRequest("", 0, StreamPosition.NONE, false)),
                arguments("5a00", new PingRequest()),
                arguments("6203 0a01'1'", new SendRequest(Payload.of("1"))),
                arguments("6a06 0a01'1' 1201'm'", new RpcRequest("m", Payload.of("1"))),
                arguments("7203 0a01't'", new RefreshRequest("t")),
                arguments("7a08 0a01'c' 1201't' 1801", new SubRefreshRequest("c", "t", 1)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsEveryField(String field, Request expected) {
        Decoded decoded = new Decoded(List.of(new Command(7, expected)), null);
        assertThat(CODEC.decode(delimited("0807" + field))).isEqualTo(decoded);
        // The same with unknown fields of every wire type around it.
        String unknown = "a00696018206 01'x' a306 0801 a406 8d0601020304 81060102030405060708";
        assertThat(CODEC.decode(delimited(unknown + field + unknown + "0807"))).isEqualTo(decoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "02 0800", "03 a00601"})
    void readsTheEmptyCommandAsPong(String frame) {
        assertThat(decode(frame)).isEqualTo(new Decoded(List.of(Command.PONG), null));
    }

    @Test
    void readsSeveralCommandsOfAFrame() {
        assertThat(decode(GOOD + "00" + GOOD))
                .isEqualTo(new Decoded(List.of(PING, Command.PONG, PING), null));
        assertThat(decode("8400 0801 5a00").commands())
                .as("a length in more bytes than it needs")
                .containsExactly(PING);
    }

    @Test
    void readsIntegersOfAllSizes() {
        assertThat(decode("08 08ffffffff0f 5a00").commands().getFirst().id()).isEqualTo(-1);
        assertThat(offset("38ffffffffffffffff7f")).isEqualTo(Long.MAX_VALUE);
        assertThat(offset("3880808080808080808001")).isEqualTo(Long.MAX_VALUE);
        assertThat(offset("38ffffffffffffffffff01")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void mapEntriesMayLackTheirFields() throws BadFrameException {
        assertThat(CODEC.decodeConnect(ProtobufEncodeTest.parse("1a00 3200 3203 0a01'h'")))
                .satisfies(
                        request -> {
                            assertThat(request.subs()).containsOnlyKeys("");
                            assertThat(request.headers()).isEqualTo(Map.of("", "", "h", ""));
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01", // a message that is not there
                "04 0801 5a", // the frame ends within a message
                "05 0801 5a00", // a length one too long
                "03 0801 5a00", // a length one too short: the message ends within a field
                "ffffffff07", // a length of 2 GiB
                "ffffffff0f", // of 4 GiB
                "ffffffffffffffffff01", // of -1
                "808080801000", // of 2^32, which is 0 in 32 bits
                "ffffffffffffffffffff01", // a varint of 11 bytes
                "80", // a varint that breaks off
                "02 0801", // an id without a request
                "04 0801 a200", // an id and an unknown request
                "02 5a00", // a request without an id
                "06 0801 5a00 6a00", // two requests
                "06 0801 5a00 5a00", // the same one twice
                "04 0801 5800", // a request as a varint
                "05 0a01'1' 5a00", // the id as a string
                "0c 0d01000000 5a00 a00601 00", // the id as fixed32, and a tag 0
                "05 0801 5a00 00", // a tag 0
                "05 0801 5a00 07", // field number 0
                "05 0801 5a00 0f", // no such wire type
                "06 0801 5a00 a406", // the end of a group that was not begun
                "06 0801 5a00 a306", // a group without an end
                "08 0801 5a00 a306ac06", // a group with another's end
                "06 0801 4202 0a05", // a string beyond its message
                "07 0801 4203 0a01ff", // a string that is not UTF-8
                "08 0801 4204 0a02c080", // nor this
                "09 0801 4205 0a03eda080", // nor this
                "0f 0801 420b 0affffffffffffffffff01", // a string of length -1
                "0a 0801 4206 0affffffff07", // of 2 GiB
                "06 0801 4202 0801", // a string as a varint
                "08 0801 2a04 1a02'xx'", // a boolean as a string
                "08 0801 2a04 6a023203", // a filter that breaks off
                "07 0801 2203 1a0112" // a map entry that breaks off
            })
    void handsOutTheCommandsBeforeABadOne(String bad) {
        assertThat(decode(bad).problem()).isNotNull();
        assertThat(decode(bad).commands()).isEmpty();
        Decoded second = decode(GOOD + "00" + bad);
        assertThat(second.commands()).containsExactly(PING, Command.PONG);
        assertThat(second.problem()).isNotNull();
    }

    @Test
    void aFrameWithoutACommandIsBad() {
        assertThat(decode("")).isEqualTo(new Decoded(List.of(), "no command"));
    }

    @Test
    void deepNestingDoesNotOverflowTheStack() {
        assertThat(CODEC.decode(delimited("0801 5a00" + "a306".repeat(100_000))).problem())
                .isNotNull();
        assertThat(
                        CODEC.decode(
                                        delimited(
                                                "0801 5a00"
                                                        + "a306".repeat(100_000)
                                                        + "a406".repeat(100_000)))
                                .problem())
                .isNotNull();
    }

    @Test
    void limitsTheDepthOfFilters() throws IOException {
        assertThat(CODEC.decode(filter(FilterNode.MAX_DEPTH)).problem()).isNull();
        assertThat(CODEC.decode(filter(FilterNode.MAX_DEPTH + 1)).problem())
                .isEqualTo("a filter that is too deep");
        assertThat(CODEC.decode(filter(5_000)).problem()).isEqualTo("a filter that is too deep");
    }

    @Test
    void readsTheConnectRequestOfAUnidirectionalConnection() throws BadFrameException {
        assertThat(CODEC.decodeConnect(ProtobufEncodeTest.parse("0a01't' 2202'js'")))
                .isEqualTo(new ConnectRequest("t", Payload.EMPTY, Map.of(), "js", "", Map.of()));
        assertThat(CODEC.decodeConnect(new byte[0]).token()).isEmpty();
        for (String bad : List.of("0a", "0a05'x'", "0801", "0a01ff", "00", "0c")) {
            assertThatExceptionOfType(BadFrameException.class)
                    .isThrownBy(() -> CODEC.decodeConnect(ProtobufEncodeTest.parse(bad)));
        }
    }

    /** A subscribe command with a filter of {@code depth} levels. */
    private static byte[] filter(int depth) throws IOException {
        byte[] node = {};
        for (int level = 1; level < depth; level++) {
            node = field(6, node);
        }
        byte[] subscribe = field(5, field(13, node));
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(frame);
        out.writeUInt32NoTag(subscribe.length + 2);
        out.writeUInt32(1, 1);
        out.writeRawBytes(subscribe);
        out.flush();
        return frame.toByteArray();
    }

    private static byte[] field(int number, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(number, content);
        out.flush();
        return bytes.toByteArray();
    }

    private static long offset(String field) {
        Command command =
                CODEC.decode(delimited("0801 2a" + hexLength(field) + field)).commands().getFirst();
        return ((SubscribeRequest) command.request()).since().offset();
    }

    private static String hexLength(String notation) {
        return "%02x".formatted(ProtobufEncodeTest.parse(notation).length);
    }

    private static byte[] delimited(String message) {
        byte[] body = ProtobufEncodeTest.parse(message);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(frame);
        try {
            out.writeByteArrayNoTag(body);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return frame.toByteArray();
    }

    private static FilterNode leaf(String cmp, String value, List<String> values) {
        return new FilterNode("", "k", cmp, value, values, List.of());
    }

    private static Decoded decode(String frame) {
        return CODEC.decode(ProtobufEncodeTest.parse(frame));
    }
}
