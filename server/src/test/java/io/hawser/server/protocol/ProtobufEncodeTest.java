package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Exact bytes, in hex with the texts in quotes: see {@link #parse}. */
class ProtobufEncodeTest {
    private static final Codec CODEC = Codec.of(Encoding.PROTOBUF);

    private static final String INFO = "0a01'u' 1202'c1' 1a01'1' 2203'[2]'";
    private static final String TIME = "80d095ffbc31";
    private static final String SMALL = "2201'2' 3009";
    private static final String PUBLICATION =
            "2207'{\"a\":1}' 2a0f " + INFO + "3008 3a06 0a01'k' 1201'v' 48" + TIME;

    static Stream<Arguments> results() {
        return Stream.of(
                arguments(
                        Samples.CONNECT,
                        "2a34 0a02'c1' 1203'0.1' 1801 203c 2a07'{\"a\":1}' 320b 0a04'news'"
                                + " 1203 3201'e' 3819 4001 4a01's' 5201'n' 58"
                                + TIME),
                arguments(Samples.EMPTY_CONNECT, "2a00"),
                arguments(
                        Samples.SUBSCRIBE,
                        "324a 0801 103c 1801 3201'e' 3a2b"
                                + PUBLICATION
                                + "3a05"
                                + SMALL
                                + "4001 4809 5001 5a03'\"d\"' 6001"),
                arguments(Samples.EMPTY_SUBSCRIBE, "3200"),
                arguments(new Result.UnsubscribeResult(), "3a00"),
                arguments(new Result.PublishResult(), "4200"),
                arguments(
                        new Result.PresenceResult(Map.of("c1", Samples.INFO)),
                        "4a17 0a15 0a02'c1' 120f" + INFO),
                arguments(new Result.PresenceResult(Map.of()), "4a00"),
                arguments(new Result.PresenceStatsResult(2, 300), "5205 0802 10ac02"),
                arguments(
                        new Result.HistoryResult(
                                List.of(Samples.SMALL), new StreamPosition(9, "e")),
                        "5a0c 0a05" + SMALL + "1201'e' 1809"),
                arguments(new Result.PingResult(), "6200"),
                arguments(new Result.RpcResult(Payload.of("true")), "6a06 0a04'true'"),
                arguments(
                        new Result.RefreshResult("c1", "0.1", Expiry.inSeconds(60)),
                        "720d 0a02'c1' 1203'0.1' 1801 203c"),
                arguments(new Result.SubRefreshResult(Expiry.inSeconds(60)), "7a04 0801 103c"));
    }

    @ParameterizedTest
    @MethodSource("results")
    void writesResults(Result result, String expected) {
        assertDelimited(CODEC.encode(new Reply.Success(7, result)), "0807" + expected);
    }

    static Stream<Arguments> pushes() {
        return Stream.of(
                arguments(
                        new Push.PublicationPush("news", Samples.PUBLICATION),
                        "1204'news' 222b" + PUBLICATION),
                arguments(new Push.JoinPush("news", Samples.INFO), "1204'news' 2a11 0a0f" + INFO),
                arguments(new Push.LeavePush("news", Samples.INFO), "1204'news' 3211 0a0f" + INFO),
                arguments(
                        new Push.UnsubscribePush("news", UnsubscribeCode.INSUFFICIENT_STATE),
                        "1204'news' 3a17 10c413 1a12'insufficient state'"),
                arguments(new Push.MessagePush(Payload.of("true")), "4206 0a04'true'"),
                arguments(Samples.SUBSCRIBE_PUSH, "1204'news' 4a0c 0801 2201'e' 2809 3001 3a01'3'"),
                arguments(
                        new Push.ConnectPush(Samples.CONNECT),
                        "5234 0a02'c1' 1203'0.1' 1a07'{\"a\":1}' 220b 0a04'news' 1203 3201'e'"
                                + " 2801 303c 3819 4001 4a01's' 5201'n' 58"
                                + TIME),
                arguments(
                        new Push.DisconnectPush(Disconnect.SHUTDOWN),
                        "5a0f 08b917 1208'shutdown' 1801"),
                arguments(
                        new Push.DisconnectPush(Disconnect.BAD_REQUEST),
                        "5a10 08ad1b 120b'bad request'"),
                arguments(new Push.RefreshPush(Expiry.inSeconds(60)), "6204 0801 103c"));
    }

    @ParameterizedTest
    @MethodSource("pushes")
    void writesPushes(Push push, String expected) {
        byte[] bare = parse(expected);
        assertBytes(CODEC.encodeUni(push), bare);
        String length = HexFormat.of().toHexDigits((byte) bare.length);
        assertDelimited(CODEC.encode(push), "22" + length + expected);
    }

    @Test
    void writesErrors() {
        assertDelimited(
                CODEC.encode(new Reply.Failure(-1, ErrorCode.TOO_MANY_REQUESTS)),
                "08ffffffff0f 1217 086f 1211'too many requests' 1801");
        assertDelimited(
                CODEC.encode(new Reply.Failure(1, ErrorCode.EXPIRED)),
                "0801 120b 086e 1207'expired'");
    }

    @Test
    void pingsAreEmptyMessages() {
        assertBytes(CODEC.ping(), new byte[] {0});
        assertBytes(CODEC.uniPing(), new byte[0]);
    }

    @Test
    void aLengthMayTakeSeveralBytes() {
        byte[] data = new byte[300];
        byte[] bytes = CODEC.encode(new Push.MessagePush(Payload.of(data))).bytes();
        assertThat(bytes).startsWith(parse("b502 22b202 42af02 0aac02")).hasSize(311);
    }

    @Test
    void aHalfSurrogatePairDoesNotStopAMessage() {
        assertBytes(
                CODEC.encodeUni(new Push.PublicationPush("a\ud83d", Samples.SMALL)),
                parse("1202'a?' 2205" + SMALL));
    }

    private static void assertDelimited(EncodedMessage message, String expected) {
        byte[] body = parse(expected);
        assertThat(body.length).as("one byte of length is enough").isLessThan(128);
        assertBytes(message, parse(HexFormat.of().toHexDigits((byte) body.length) + expected));
    }

    private static void assertBytes(EncodedMessage message, byte[] expected) {
        assertThat(message.encoding()).isEqualTo(Encoding.PROTOBUF);
        assertThat(message.bytes()).isEqualTo(expected);
    }

    /** Hex with spaces anywhere, and texts in single quotes for their own bytes. */
    static byte[] parse(String notation) {
        StringBuilder hex = new StringBuilder();
        String[] parts = notation.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            hex.append(
                    i % 2 == 0
                            ? parts[i].replace(" ", "")
                            : HexFormat.of().formatHex(parts[i].getBytes(StandardCharsets.UTF_8)));
        }
        return HexFormat.of().parseHex(hex);
    }
}
