package io.hawser.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@link ServerApi} with bodies as backends send them. */
class ServerApiTest {
    private final TestApi node = new TestApi();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aPublicationGetsAPositionAndReachesSubscribersAsItWasWritten() throws Exception {
        node.listenTo("news");
        String data = "{\"z\" : 1.50e+3,\"a\":\"\\u00e9😀\",\"a\":[ ]}";
        assertThat(node.call("publish", "{\"channel\":\"news\",\"data\":" + data + "}"))
                .isEqualTo("{\"result\":{\"offset\":0,\"epoch\":\"\"}}");
        Publication publication = node.next(node.publications);
        assertThat(publication.data()).isEqualTo(Payload.of(data));
        assertThat(publication.info()).isNull();
        assertThat(publication.timeMs()).isEqualTo(TestApi.NOW.toEpochMilli());
        assertThat(node.counters.published.sum()).isEqualTo(1);
    }

    @Test
    void dataMayComeAsBase64AndLoseTheLineBreaksBetweenTokens() throws Exception {
        node.listenTo("news");
        // {"a":\n1}
        node.call("publish", "{\"channel\":\"news\",\"b64data\":\"eyJhIjoKMX0=\",\"data\":7}");
        assertThat(node.next(node.publications).data()).isEqualTo(Payload.of("{\"a\":1}"));
    }

    @Test
    void aBinaryNamespaceTakesAnyBytesAndShowsThemAsBase64() {
        node.call("publish", "{\"channel\":\"b:x\",\"b64data\":\"/wA=\"}");
        assertThat(node.call("history", "{\"channel\":\"b:x\",\"limit\":1}"))
                .contains("{\"offset\":1,\"b64data\":\"/wA=\"}")
                .doesNotContain("\"data\"");
    }

    @ParameterizedTest
    @CsvSource({"high,HIGH", "normal,NORMAL", "low,LOW", "'',"})
    void aPublicationMayHaveAPriority(String name, @Nullable Priority priority) throws Exception {
        node.listenTo("news");
        node.call(
                "publish", "{\"channel\":\"news\",\"data\":7,\"priority\":\"%s\"}".formatted(name));
        assertThat(node.next(node.publications).priority()).isEqualTo(priority);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    publish        | {}                                                | 107
                    publish        | {"channel":"","data":1}                           | 107
                    publish_user   | {"data":1}                                        | 107
                    publish_user   | {"user":"","data":1}                              | 107
                    publish_user   | {"user":"ann"}                                    | 107
                    publish_user   | {"user":"ann","data":1}                           | 108
                    publish        | {"channel":5,"data":1}                            | 107
                    publish        | {"channel":"a"}                                   | 107
                    publish        | {"channel":"a","data":null}                       | 107
                    publish        | {"channel":"a","b64data":"*"}                     | 107
                    publish        | {"channel":"a","b64data":""}                      | 107
                    publish        | {"channel":"a","b64data":"eyI="}                  | 107
                    publish        | {"channel":"a","b64data":"MSAy"}                  | 107
                    publish        | {"channel":"a","data":1,"tags":{"a":1}}           | 107
                    publish        | {"channel":"a","data":1,"tags":[]}                | 107
                    publish        | {"channel":"a","data":1,"skip_history":"yes"}     | 107
                    publish        | {"channel":"a\\ud800","data":1}                   | 107
                    publish        | {"channel":"a","data":1,"priority":"urgent"}      | 107
                    publish        | {"channel":"a","data":1,"priority":1}             | 107
                    publish        | {"channel":"h:a","data":1,"priority":"high"}      | 107
                    broadcast      | {"channels":["a"],"data":1,"priority":"Low"}      | 107
                    publish        | {"channel":"nope:a","data":1}                     | 102
                    publish        | {"channel":"a","data":1,"version":3}              | 0
                    publish        | {"channel":"a","data":1,"version":-1}             | 107
                    publish        | {"channel":"a","data":1,"version":"x"}            | 107
                    publish        | {"channel":"a","data":1,"version_epoch":"e"}      | 107
                    publish        | {"channel":"a","data":1,"ack":"all"}              | 107
                    publish        | {"channel":"a","data":1,"ack":true}               | 107
                    publish        | {"channel":"a","data":1,"version":0,"delta":true} | 0
                    broadcast      | {"data":1}                                        | 107
                    broadcast      | {"channels":[],"data":1}                          | 107
                    broadcast      | {"channels":"a","data":1}                         | 107
                    broadcast      | {"channels":["a",""],"data":1}                    | 107
                    subscribe      | {"user":"u"}                                      | 107
                    subscribe      | {"channel":"a"}                                   | 107
                    subscribe      | {"user":"u","channel":"nope:a"}                   | 102
                    subscribe      | {"user":"u","channel":"a","b64info":"eyI="}       | 107
                    subscribe      | {"user":"u","channel":"a","b64data":"eyI="}       | 107
                    subscribe      | {"user":"u","channel":"b:a","b64data":"eyI="}     | 0
                    subscribe      | {"user":"u","channel":"a","recover_since":5}      | 107
                    subscribe      | {"user":"u","channel":"a","session":"s"}          | 108
                    unsubscribe    | {"user":"u"}                                      | 107
                    unsubscribe    | {"user":"u","channel":"nope:a"}                   | 102
                    unsubscribe    | {"user":"u","channel":""}                         | 0
                    disconnect     | {}                                                | 107
                    disconnect     | {"client":""}                                     | 107
                    disconnect     | {"user":""}                                       | 0
                    disconnect     | {"client":"c"}                                    | 0
                    disconnect     | {"user":"u","session":"s"}                        | 108
                    disconnect     | {"user":"u","disconnect":{"reason":"x"}}          | 107
                    disconnect     | {"user":"u","disconnect":{"code":2999}}           | 107
                    disconnect     | {"user":"u","disconnect":{"code":5000}}           | 107
                    disconnect     | {"user":"u","whitelist":"c"}                      | 107
                    refresh        | {"expired":true}                                  | 107
                    refresh        | {"user":"u","expire_at":-1}                       | 107
                    refresh        | {"user":"u","expire_at":1.5}                      | 107
                    presence       | {}                                                | 107
                    presence       | {"channel":"a"}                                   | 108
                    presence       | {"channel":"nope:a"}                              | 102
                    presence_stats | {"channel":"a"}                                   | 108
                    history        | {"channel":"a"}                                   | 108
                    history        | {"channel":"h:a","limit":"x"}                     | 107
                    history        | {"channel":"h:a","limit":99999999999}             | 107
                    history        | {"channel":"h:a","since":{"offset":1,"epoch":"?"}}| 112
                    history_remove | {"channel":"a"}                                   | 108
                    batch          | {"commands":{}}                                   | 107
                    batch          | {"commands":[1]}                                  | 107
                    """)
    void everyRequestHasItsAnswer(String method, String body, int code) {
        assertThat(node.reply(method, body).code()).isEqualTo(code);
        assertThat(TestApi.drain(node.publications)).isEmpty();
    }

    @Test
    void aChannelNameIsMeasuredInBytes() {
        String body = "{\"channel\":\"%s\",\"data\":1}";
        assertThat(node.reply("publish", body.formatted("é".repeat(127) + "a")).code()).isZero();
        assertThat(node.reply("publish", body.formatted("é".repeat(128))).code()).isEqualTo(107);
    }

    @Test
    void historyHoldsWhatWasPublishedAndForgetsOnDemand() {
        for (int i = 1; i <= 3; i++) {
            node.call(
                    "publish",
                    "{\"channel\":\"h:a\",\"data\": {\"n\" : %d},\"tags\":{\"t\":\"%d\"}}"
                            .formatted(i, i));
        }
        assertThat(node.call("history", "{\"channel\":\"h:a\",\"limit\":2,\"reverse\":true}"))
                .startsWith(
                        "{\"result\":{\"publications\":["
                                + "{\"offset\":3,\"data\":{\"n\" : 3},\"tags\":{\"t\":\"3\"}},"
                                + "{\"offset\":2,\"data\":{\"n\" : 2},\"tags\":{\"t\":\"2\"}}],"
                                + "\"offset\":3,\"epoch\":\"");
        assertThat(offsets("{\"channel\":\"h:a\",\"limit\":-1,\"since\":{\"offset\":1}}"))
                .containsExactly(2L, 3L);
        assertThat(offsets("{\"channel\":\"h:a\"}")).isEmpty();
        assertThat(node.call("history_remove", "{\"channel\":\"h:a\"}"))
                .isEqualTo("{\"result\":{}}");
        assertThat(node.call("history", "{\"channel\":\"h:a\",\"limit\":-1}"))
                .startsWith("{\"result\":{\"publications\":[],\"offset\":3,\"epoch\":\"");
    }

    private List<Long> offsets(String body) {
        return node.reply("history", body).result() instanceof ApiResult.Publications found
                ? found.publications().stream().map(ApiResult.PublicationView::offset).toList()
                : List.of();
    }

    @Test
    void skippingHistoryStoresNothing() {
        assertThat(node.call("publish", "{\"channel\":\"h:a\",\"data\":1,\"skip_history\":true}"))
                .isEqualTo("{\"result\":{\"offset\":0,\"epoch\":\"\"}}");
        assertThat(offsets("{\"channel\":\"h:a\",\"limit\":-1}")).isEmpty();
    }

    @Test
    void aRepeatedIdempotencyKeyStoresOnce() {
        String body = "{\"channel\":\"h:a\",\"data\":1,\"idempotency_key\":\"k\"}";
        assertThat(node.call("publish", body)).isEqualTo(node.call("publish", body));
        assertThat(offsets("{\"channel\":\"h:a\",\"limit\":-1}")).containsExactly(1L);
    }

    @Test
    void anOlderVersionIsSuppressedAndTheReplySaysSo() {
        String first = node.call("publish", versioned(7, ""));
        assertThat(first).contains("\"offset\":1").doesNotContain("suppressed");
        for (String again : List.of(versioned(7, ""), versioned(6, ""))) {
            assertThat(node.call("publish", again))
                    .isEqualTo(first.replace("}}", ",\"suppressed\":true}}"));
        }
        assertThat(node.call("publish", versioned(8, ""))).contains("\"offset\":2");
        assertThat(node.call("publish", versioned(1, "e"))).contains("\"offset\":3");
        assertThat(
                        node.call(
                                "broadcast",
                                "{\"channels\":[\"h:a\",\"h:b\"],\"data\":1,\"version\":1}"))
                .containsOnlyOnce("suppressed")
                .contains("\"offset\":3", "\"offset\":1");
        assertThat(offsets("{\"channel\":\"h:a\",\"limit\":-1}")).containsExactly(1L, 2L, 3L);
        assertThat(node.counters.published.sum()).isEqualTo(4);
    }

    private static String versioned(long version, String epoch) {
        return "{\"channel\":\"h:a\",\"data\":1,\"version\":%d,\"version_epoch\":\"%s\"}"
                .formatted(version, epoch);
    }

    @Test
    void aReplyMaySayWhomThePublicationWentTo() {
        node.listenTo("news");
        node.listenTo("own");
        assertThat(node.call("publish", "{\"channel\":\"news\",\"data\":1,\"ack\":\"nodes\"}"))
                .isEqualTo(
                        "{\"result\":{\"offset\":0,\"epoch\":\"\",\"ack\":{\"nodes\":2,"
                                + "\"subscribers\":4,\"missing\":[\"n3\"]}}}");
        assertThat(
                        node.call(
                                "broadcast",
                                "{\"channels\":[\"own\",\"nope:a\",\"nobody\"],\"data\":1,"
                                        + "\"ack\":\"nodes\"}"))
                .isEqualTo(
                        "{\"result\":{\"responses\":[{\"result\":{\"offset\":0,\"epoch\":\"\","
                                + "\"ack\":{\"nodes\":1,\"subscribers\":1,\"missing\":[\"n3\"]}}},"
                                + "{\"error\":{\"code\":102,\"message\":\"unknown channel\"}},"
                                + "{\"result\":{\"offset\":0,\"epoch\":\"\","
                                + "\"ack\":{\"nodes\":0,\"subscribers\":0,\"missing\":[\"n3\"]}}}]}}");
    }

    @Test
    void aNodeThatHasNotGotThePublicationYetIsAskedAgainUntilTheTimeIsUp() {
        String publish = "{\"channel\":\"news\",\"data\":1,\"ack\":\"nodes\"}";
        node.behind.set(2);
        assertThat(node.call("publish", publish))
                .contains("\"ack\":{\"nodes\":1,\"subscribers\":3,\"missing\":[\"n3\"]}");
        assertThat(node.behind).hasValue(-1);
        assertThat(node.asked).containsExactly("n1", "n2", "n3", "n2", "n2");
        node.behind.set(Integer.MAX_VALUE);
        assertThat(node.call("publish", publish))
                .contains("\"ack\":{\"nodes\":0,\"subscribers\":0,\"missing\":[\"n2\",\"n3\"]}");
    }

    @Test
    void aNodeThatIsBehindAndThenGoneIsWaitedForNoLonger() {
        node.behind.set(Integer.MAX_VALUE);
        node.leaves = true;
        assertThat(node.call("publish", "{\"channel\":\"news\",\"data\":1,\"ack\":\"nodes\"}"))
                .contains("\"ack\":{\"nodes\":0,\"subscribers\":0,\"missing\":[\"n3\"]}");
        assertThat(node.asked).containsExactly("n1", "n2", "n3");
    }

    @Test
    void aBroadcastAnswersForEachChannelInOrder() {
        assertThat(node.call("broadcast", "{\"channels\":[\"a\",\"nope:b\",\"h:c\"],\"data\":{}}"))
                .startsWith(
                        "{\"result\":{\"responses\":[{\"result\":{\"offset\":0,\"epoch\":\"\"}},"
                                + "{\"error\":{\"code\":102,\"message\":\"unknown channel\"}},"
                                + "{\"result\":{\"offset\":1,\"epoch\":\"");
    }

    @Test
    void aBroadcastLargerThanAnyQueueIsPaced() {
        String channels =
                String.join(
                        ",", IntStream.range(0, 20_000).mapToObj(i -> "\"c" + i + "\"").toList());
        var reply = node.reply("broadcast", "{\"channels\":[" + channels + "],\"data\":1}");
        assertThat(reply.result())
                .isInstanceOfSatisfying(
                        ApiResult.Broadcasted.class,
                        all ->
                                assertThat(all.responses())
                                        .hasSize(20_000)
                                        .allMatch(r -> r.code() == 0));
    }

    @Test
    void aBatchRunsInOrderAndAFaultyCommandSpoilsNoOther() {
        String commands =
                "[{\"publish\":{\"channel\":\"h:a\",\"data\": [1 ,2]}},"
                        + "{\"publish\":{\"channel\":\"h:a\"}},"
                        + "{\"nope\":{}},{\"batch\":{}},{},{\"info\":{},\"channels\":{}},"
                        + "{\"publish\":5},"
                        + "{\"history_remove\":{\"channel\":\"h:a\"}},"
                        + "{\"publish\":{\"channel\":\"h:a\",\"data\":3}},"
                        + "{\"history\":{\"channel\":\"h:a\",\"limit\":10}}]";
        ApiReply reply = node.reply("batch", "{\"commands\":" + commands + "}");
        assertThat(reply.result())
                .isInstanceOfSatisfying(
                        ApiResult.Batched.class,
                        batch -> {
                            assertThat(batch.replies())
                                    .extracting(each -> each.keySet().iterator().next())
                                    .containsExactly(
                                            "publish",
                                            "error",
                                            "error",
                                            "error",
                                            "error",
                                            "error",
                                            "error",
                                            "history_remove",
                                            "publish",
                                            "history");
                            assertThat(batch.replies())
                                    .filteredOn(each -> each.containsKey("error"))
                                    .extracting(each -> String.valueOf(each.get("error")))
                                    .extracting(error -> error.replaceAll("\\D", ""))
                                    .containsExactly("107", "104", "104", "107", "107", "107");
                        });
        assertThat(offsets("{\"channel\":\"h:a\",\"limit\":10}")).containsExactly(2L);
    }

    @Test
    void aParallelBatchAnswersInTheOrderOfItsCommands() {
        String commands =
                String.join(
                        ",",
                        IntStream.range(0, 2000)
                                .mapToObj(
                                        i ->
                                                i % 2 == 0
                                                        ? "{\"publish\":{\"channel\":\"c\",\"data\":1}}"
                                                        : "{\"presence\":{\"channel\":\"c\"}}")
                                .toList());
        ApiReply reply = node.reply("batch", "{\"parallel\":true,\"commands\":[" + commands + "]}");
        assertThat(reply.result())
                .isInstanceOfSatisfying(
                        ApiResult.Batched.class,
                        batch -> {
                            for (int i = 0; i < 2000; i++) {
                                assertThat(batch.replies().get(i))
                                        .containsOnlyKeys(i % 2 == 0 ? "publish" : "error");
                            }
                        });
    }

    @Test
    void presenceShowsDataAsJsonAndCounts() {
        node.members.put(
                "p:a",
                Map.of("c1", new ClientInfo("u", "c1", Payload.of("{\"n\": 1}"), Payload.EMPTY)));
        assertThat(node.call("presence", "{\"channel\":\"p:a\"}"))
                .isEqualTo(
                        "{\"result\":{\"presence\":{\"c1\":{\"user\":\"u\",\"client\":\"c1\","
                                + "\"conn_info\":{\"n\": 1}}}}}");
        assertThat(node.call("presence", "{\"channel\":\"p:empty\"}"))
                .isEqualTo("{\"result\":{\"presence\":{}}}");
        assertThat(node.call("presence_stats", "{\"channel\":\"p:a\"}"))
                .isEqualTo("{\"result\":{\"num_clients\":1,\"num_users\":1}}");
    }

    @Test
    void presenceOfTooManyIsRefusedAndCounted() {
        for (int members = 3; members <= 4; members++) {
            node.members.put(
                    "p:a",
                    IntStream.range(0, members)
                            .mapToObj(
                                    i ->
                                            new ClientInfo(
                                                    "u" + i, "c" + i, Payload.EMPTY, Payload.EMPTY))
                            .collect(Collectors.toMap(ClientInfo::client, info -> info)));
            assertThat(node.reply("presence", "{\"channel\":\"p:a\"}").code())
                    .isEqualTo(members == 3 ? 0 : 106);
            assertThat(node.call("presence_stats", "{\"channel\":\"p:a\"}"))
                    .contains("\"num_clients\":" + members);
        }
    }

    @Test
    void channelsAndNodesAreAddedUpAndWhoDidNotAnswerIsNamed() {
        node.listenTo("news");
        node.listenTo("other");
        assertThat(node.call("channels", "{\"pattern\":\"n*\"}"))
                .isEqualTo(
                        "{\"result\":{\"channels\":{\"news\":{\"num_clients\":4}},"
                                + "\"missing\":[\"n3\"]}}");
        assertThat(node.call("channels", "{}")).contains("\"other\":{\"num_clients\":1}");
        assertThat(node.call("info", "{}"))
                .startsWith(
                        "{\"result\":{\"nodes\":[{\"uid\":\"n1\",\"name\":\"n1\",\"version\":\"1.2.3\","
                                + "\"num_clients\":0,\"num_users\":0,\"num_channels\":2,\"num_subs\":2,"
                                + "\"uptime\":0},{\"uid\":\"n2\"")
                .endsWith("\"missing\":[\"n3\"]}}");
    }

    @Test
    void userOperationsAreSentToAllNodes() throws Exception {
        Map<String, String> sent =
                Map.of(
                        "disconnect",
                        "{\"user\":\"u\",\"whitelist\":[\"c\"],\"disconnect\":{\"code\":4001,\"reason\":\"x\"}}",
                        "unsubscribe",
                        "{\"user\":\"u\",\"channel\":\"a\"}",
                        "refresh",
                        "{\"user\":\"u\",\"expire_at\":1900000000}",
                        "subscribe",
                        "{\"user\":\"u\",\"channel\":\"a\",\"info\":{},\"recover_since\":{\"offset\":1,\"epoch\":\"e\"}}");
        for (Map.Entry<String, String> each : sent.entrySet()) {
            assertThat(node.call(each.getKey(), each.getValue())).isEqualTo("{\"result\":{}}");
            assertThat(node.next(node.controls).toString())
                    .contains("\"kind\":\"" + each.getKey() + "\"", "\"user\":\"u\"");
        }
    }

    @Test
    void aRefreshIntoThePastEndsConnections() throws Exception {
        node.call("refresh", "{\"user\":\"u\",\"expire_at\":1}");
        assertThat(node.next(node.controls).toString()).contains("3005");
        node.call("refresh", "{\"user\":\"u\",\"expired\":true}");
        assertThat(node.next(node.controls).toString()).contains("3005");
    }

    @Test
    void aBrokerThatIsAwayIsATemporaryError() {
        node.broker.close();
        assertThat(node.call("publish", "{\"channel\":\"a\",\"data\":1}"))
                .isEqualTo("{\"error\":{\"code\":100,\"message\":\"internal server error\"}}");
        assertThat(node.reply("history", "{\"channel\":\"h:a\"}").code()).isEqualTo(100);
        assertThat(node.reply("disconnect", "{\"user\":\"u\"}").code()).isEqualTo(100);
    }
}
