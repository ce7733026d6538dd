package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class JsonEncodeTest {
    private static final Codec CODEC = Codec.of(Encoding.JSON);

    static Stream<Arguments> results() {
        return Stream.of(
                arguments(
                        Samples.CONNECT,
                        """
                        "connect":{"client":"c1","version":"0.1","expires":true,"ttl":60,\
                        "data":{"a":1},"subs":{"news":{"epoch":"e"}},"ping":25,"pong":true,\
                        "session":"s","node":"n","time":1700000000000}"""),
                arguments(Samples.EMPTY_CONNECT, "\"connect\":{}"),
                arguments(
                        Samples.SUBSCRIBE,
                        """
                        "subscribe":{"expires":true,"ttl":60,"recoverable":true,"epoch":"e",\
                        "publications":[{"data":{"a":1},"info":{"user":"u","client":"c1",\
                        "conn_info":1,"chan_info":[2]},"offset":8,"tags":{"k":"v"},\
                        "time":1700000000000},{"data":2,"offset":9}],"recovered":true,"offset":9,\
                        "positioned":true,"data":"d","was_recovering":true}"""),
                arguments(Samples.EMPTY_SUBSCRIBE, "\"subscribe\":{}"),
                arguments(new Result.UnsubscribeResult(), "\"unsubscribe\":{}"),
                arguments(new Result.PublishResult(), "\"publish\":{}"),
                arguments(
                        new Result.PresenceResult(Map.of("c1", Samples.INFO)),
                        """
                        "presence":{"presence":{"c1":{"user":"u","client":"c1","conn_info":1,\
                        "chan_info":[2]}}}"""),
                arguments(new Result.PresenceResult(Map.of()), "\"presence\":{\"presence\":{}}"),
                arguments(
                        new Result.PresenceResult(
                                Map.of("", new ClientInfo("", "", Payload.EMPTY, Payload.EMPTY))),
                        "\"presence\":{\"presence\":{\"\":{\"user\":\"\",\"client\":\"\"}}}"),
                arguments(
                        new Result.PresenceStatsResult(2, 1),
                        "\"presence_stats\":{\"num_clients\":2,\"num_users\":1}"),
                arguments(
                        new Result.PresenceStatsResult(0, 0),
                        "\"presence_stats\":{\"num_clients\":0,\"num_users\":0}"),
                arguments(
                        new Result.HistoryResult(
                                List.of(Samples.SMALL), new StreamPosition(9, "e")),
                        """
                        "history":{"publications":[{"data":2,"offset":9}],"epoch":"e",\
                        "offset":9}"""),
                arguments(
                        new Result.HistoryResult(List.of(), StreamPosition.NONE),
                        "\"history\":{\"publications\":[],\"epoch\":\"\",\"offset\":0}"),
                arguments(new Result.PingResult(), "\"ping\":{}"),
                arguments(new Result.RpcResult(Payload.of("[1, 2]")), "\"rpc\":{\"data\":[1, 2]}"),
                arguments(new Result.RpcResult(Payload.EMPTY), "\"rpc\":{}"),
                arguments(
                        new Result.RefreshResult("c1", "0.1", Expiry.inSeconds(60)),
                        """
                        "refresh":{"client":"c1","version":"0.1","expires":true,"ttl":60}"""),
                arguments(
                        new Result.SubRefreshResult(Expiry.inSeconds(60)),
                        "\"sub_refresh\":{\"expires\":true,\"ttl\":60}"));
    }

    @ParameterizedTest
    @MethodSource("results")
    void writesResults(Result result, String expected) {
        assertThat(text(CODEC.encode(new Reply.Success(7, result))))
                .isEqualTo("{\"id\":7," + expected + "}");
    }

    static Stream<Arguments> pushes() {
        String info =
                """
                "info":{"user":"u","client":"c1","conn_info":1,"chan_info":[2]}""";
        return Stream.of(
                arguments(
                        new Push.PublicationPush("news", Samples.PUBLICATION),
                        "\"channel\":\"news\",\"pub\":{\"data\":{\"a\":1},"
                                + info
                                + ",\"offset\":8,\"tags\":{\"k\":\"v\"},\"time\":1700000000000}"),
                arguments(
                        new Push.JoinPush("news", Samples.INFO),
                        "\"channel\":\"news\",\"join\":{" + info + "}"),
                arguments(
                        new Push.LeavePush("news", Samples.INFO),
                        "\"channel\":\"news\",\"leave\":{" + info + "}"),
                arguments(
                        new Push.UnsubscribePush("news", UnsubscribeCode.INSUFFICIENT_STATE),
                        """
                        "channel":"news","unsubscribe":{"code":2500,\
                        "reason":"insufficient state"}"""),
                arguments(
                        Samples.SUBSCRIBE_PUSH,
                        """
                        "channel":"news","subscribe":{"recoverable":true,"epoch":"e","offset":9,\
                        "positioned":true,"data":3}"""),
                arguments(new Push.MessagePush(Payload.of("true")), "\"message\":{\"data\":true}"),
                arguments(
                        new Push.ConnectPush(Samples.CONNECT),
                        """
                        "connect":{"client":"c1","version":"0.1","data":{"a":1},\
                        "subs":{"news":{"epoch":"e"}},"expires":true,"ttl":60,"ping":25,\
                        "pong":true,"session":"s","node":"n","time":1700000000000}"""),
                arguments(
                        new Push.DisconnectPush(Disconnect.SHUTDOWN),
                        """
                        "disconnect":{"code":3001,"reason":"shutdown","reconnect":true}"""),
                arguments(
                        new Push.DisconnectPush(Disconnect.BAD_REQUEST),
                        "\"disconnect\":{\"code\":3501,\"reason\":\"bad request\"}"),
                arguments(
                        new Push.RefreshPush(Expiry.inSeconds(60)),
                        "\"refresh\":{\"expires\":true,\"ttl\":60}"));
    }

    @ParameterizedTest
    @MethodSource("pushes")
    void writesPushes(Push push, String expected) {
        assertThat(text(CODEC.encode(push))).isEqualTo("{\"push\":{" + expected + "}}");
        assertThat(text(CODEC.encodeUni(push))).isEqualTo("{" + expected + "}");
    }

    @Test
    void writesErrors() {
        assertThat(text(CODEC.encode(new Reply.Failure(-1, ErrorCode.INTERNAL))))
                .isEqualTo(
                        """
                        {"id":4294967295,"error":{"code":100,"message":"internal server error",\
                        "temporary":true}}""");
        assertThat(text(CODEC.encode(new Reply.Failure(1, ErrorCode.UNKNOWN_CHANNEL))))
                .isEqualTo("{\"id\":1,\"error\":{\"code\":102,\"message\":\"unknown channel\"}}");
    }

    @Test
    void pingsAreEmptyObjects() {
        assertThat(text(CODEC.ping())).isEqualTo("{}");
        assertThat(text(CODEC.uniPing())).isEqualTo("{}");
    }

    @Test
    void escapesWhatMustBeAndNothingElse() {
        assertThat(channel("a/b<'>\u007f\u00e9\u2028\ud83d\ude00"))
                .isEqualTo("a/b<'>\u007f\u00e9\u2028\ud83d\ude00");
        assertThat(channel("\"\\\n\u0001")).isEqualTo("\\\"\\\\\\n\\u0001");
    }

    @Test
    void aHalfSurrogatePairDoesNotStopAMessage() {
        assertThat(channel("a\ud83db\ude00")).isEqualTo("a?b?");
        var presence = new Result.PresenceResult(Map.of("\ud83d", Samples.INFO));
        assertThat(text(CODEC.encode(new Reply.Success(1, presence)))).contains("{\"?\":{");
    }

    @Test
    void copiesPayloadsOfAnySize() {
        for (int size : new int[] {1, 7_900, 8_000, 8_100, 70_000}) {
            String data = '"' + "\u20ac".repeat(size) + '"';
            Push push = new Push.MessagePush(Payload.of(data));
            assertThat(text(CODEC.encode(push)))
                    .isEqualTo("{\"push\":{\"message\":{\"data\":" + data + "}}}");
        }
    }

    private static String channel(String channel) {
        Publication publication = Samples.SMALL;
        String json = text(CODEC.encodeUni(new Push.PublicationPush(channel, publication)));
        assertThat(json)
                .startsWith("{\"channel\":\"")
                .endsWith("\",\"pub\":{\"data\":2,\"offset\":9}}");
        return json.substring("{\"channel\":\"".length(), json.indexOf("\",\"pub\""));
    }

    private static String text(EncodedMessage message) {
        assertThat(message.encoding()).isEqualTo(Encoding.JSON);
        assertThat(message.size()).isEqualTo(message.bytes().length);
        return new String(message.bytes(), StandardCharsets.UTF_8);
    }
}
