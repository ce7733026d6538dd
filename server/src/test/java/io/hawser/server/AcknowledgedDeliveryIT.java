package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/** Positions and queues of users, over two nodes and a real Redis. */
class AcknowledgedDeliveryIT {
    private static @Nullable RedisServer redis;
    private static @Nullable TwoNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        nodes =
                new TwoNodes(
                        redis,
                        "namespaces=[{name: a, options: {history_size: 20, history_ttl: 300s,"
                                + " ack: subscriber}}, {name: plain, options: {history_size: 20,"
                                + " history_ttl: 300s}}]",
                        "delivery.queue_limit=5",
                        "delivery.positions_per_user=4");
    }

    @AfterAll
    static void stop() {
        if (nodes != null) {
            nodes.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    private static TwoNodes nodes() {
        return Objects.requireNonNull(nodes);
    }

    private static AckClient client(int node, String user) throws IOException {
        return new AckClient(nodes().node(node).publicPort(), TwoNodes.token(user));
    }

    private static AckClient device(int node, String user, String device) throws IOException {
        return new AckClient(
                nodes().node(node).publicPort(),
                TwoNodes.token(user),
                "{\"app\":[1],\"hawser\":{\"device\":\"" + device + "\"}}",
                "{}");
    }

    private static void publish(String channel, int count) {
        for (int i = 0; i < count; i++) {
            nodes().api(1, "publish", "{\"channel\":\"" + channel + "\",\"data\":" + i + "}");
        }
    }

    private static void queue(String user, int count) {
        for (int i = 0; i < count; i++) {
            nodes().api(2, "publish_user", "{\"user\":\"" + user + "\",\"data\":" + i + "}");
        }
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** That everything since is there. */
    private static void assertRecovered(JsonNode subscribed, List<Long> offsets) {
        assertThat(AckClient.recovered(subscribed)).isEqualTo(offsets);
        assertThat(subscribed.path("recovered").asBoolean(false)).isTrue();
        assertThat(subscribed.path("was_recovering").asBoolean(false)).isTrue();
    }

    private static void assertLost(JsonNode subscribed) {
        assertThat(AckClient.recovered(subscribed)).isEmpty();
        assertThat(subscribed.path("recovered").asBoolean(false)).isFalse();
        assertThat(subscribed.path("was_recovering").asBoolean(false)).isTrue();
    }

    @Test
    void whatIsNotAcknowledgedComesAgainOnAnyNode() throws Exception {
        publish("a:again", 2);
        try (AckClient first = client(1, "ann")) {
            JsonNode subscribed = first.subscribe("a:again").path("subscribe");
            assertThat(subscribed.path("was_recovering").asBoolean(false)).isFalse();
            assertThat(subscribed.path("recoverable").asBoolean(false)).isTrue();
            assertThat(subscribed.path("offset").asLong(0)).isEqualTo(2);
            publish("a:again", 5);
            assertThat(first.pushed("a:again", 5)).isEqualTo(range(3, 7));
            JsonNode answer = first.ack("a:again", 4).path("rpc").path("data");
            assertThat(answer.path("offset").asLong(0)).isEqualTo(4);
            assertThat(answer.path("epoch").asString("")).isNotEmpty();
        }
        publish("a:again", 2);
        try (AckClient second = client(2, "ann")) {
            assertRecovered(second.subscribe("a:again").path("subscribe"), range(5, 9));
            publish("a:again", 1);
            assertThat(second.pushed("a:again", 1)).isEqualTo(range(10, 10));
            second.ack("a:again", 9);
            assertThat(second.ack("a:again", 6).path("rpc").path("data").path("offset").asLong(0))
                    .as("never back")
                    .isEqualTo(9);
        }
        try (AckClient third = client(1, "ann")) {
            assertRecovered(third.subscribe("a:again").path("subscribe"), range(10, 10));
        }
        try (AckClient other = client(1, "bob")) {
            JsonNode subscribed = other.subscribe("a:again").path("subscribe");
            assertThat(AckClient.recovered(subscribed)).as("another user").isEmpty();
        }
    }

    @Test
    void aSubscriberThatNeverAcknowledgedMissesNothing() throws Exception {
        try (AckClient first = client(1, "cid")) {
            first.subscribe("a:never");
        }
        publish("a:never", 3);
        for (int node = 1; node <= 2; node++) {
            try (AckClient again = client(node, "cid")) {
                assertRecovered(again.subscribe("a:never").path("subscribe"), range(1, 3));
            }
        }
    }

    @Test
    void aSentAcknowledgementIsOneWithoutAReply() throws Exception {
        try (AckClient first = client(1, "dan")) {
            first.subscribe("a:sent");
            publish("a:sent", 4);
            first.pushed("a:sent", 4);
            first.send("{\"hawser.ack\":{\"channel\":\"a:sent\",\"offset\":3}}");
            await().atMost(TwoNodes.LIMIT).until(() -> lag("dan", "a:sent") == 1);
        }
        try (AckClient again = client(2, "dan")) {
            assertRecovered(again.subscribe("a:sent").path("subscribe"), range(4, 4));
            again.send("{\"hawser.ack\":{\"channel\":\"a:sent\"}}");
            assertThat(again.closeCode()).isEqualTo(3501);
        }
    }

    @Test
    void aTrimmedPartIsTold() throws Exception {
        try (AckClient first = client(1, "eve")) {
            first.subscribe("a:trimmed");
        }
        publish("a:trimmed", 30);
        try (AckClient again = client(2, "eve")) {
            JsonNode subscribed = again.subscribe("a:trimmed").path("subscribe");
            assertLost(subscribed);
            assertThat(subscribed.path("offset").asLong(0)).isEqualTo(30);
            assertThat(state("eve", "a:trimmed")).isEqualTo("trimmed");
        }
        try (AckClient told = client(1, "eve")) {
            assertLost(
                    told.subscribe("a:trimmed").path("subscribe")); // until it says that it knows
            told.ack("a:trimmed", 30);
        }
        publish("a:trimmed", 1);
        try (AckClient then = client(2, "eve")) {
            assertRecovered(then.subscribe("a:trimmed").path("subscribe"), range(31, 31));
        }
    }

    @Test
    void devicesShareAPositionUnlessTheyHaveNames() throws Exception {
        try (AckClient phone = device(1, "fay", "phone");
                AckClient desk = client(2, "fay");
                AckClient wall = client(1, "fay")) {
            phone.subscribe("a:devices");
            desk.subscribe("a:devices");
            wall.subscribe("a:devices");
            publish("a:devices", 6);
            for (AckClient each : List.of(phone, desk, wall)) {
                assertThat(each.pushed("a:devices", 6)).isEqualTo(range(1, 6));
            }
            phone.ack("a:devices", 2);
            desk.ack("a:devices", 5);
        }
        try (AckClient phone = device(2, "fay", "phone");
                AckClient wall = client(2, "fay");
                AckClient tablet = device(1, "fay", "tablet")) {
            assertRecovered(phone.subscribe("a:devices").path("subscribe"), range(3, 6));
            assertRecovered(wall.subscribe("a:devices").path("subscribe"), range(6, 6));
            JsonNode fresh = tablet.subscribe("a:devices").path("subscribe");
            assertThat(AckClient.recovered(fresh)).isEmpty();
        }
        assertThat(device(1, "fay", "a b").connect.path("message").asString(""))
                .contains("hawser.device");
    }

    @Test
    void theEarlierOfClientAndPositionCounts() throws Exception {
        String epoch;
        try (AckClient first = client(1, "gus")) {
            epoch = first.subscribe("a:both").path("subscribe").path("epoch").asString("");
            publish("a:both", 8);
            first.pushed("a:both", 8);
            first.ack("a:both", 5);
        }
        try (AckClient ahead = client(2, "gus")) {
            assertRecovered(
                    ahead.subscribe("a:both", new StreamPosition(7, epoch)).path("subscribe"),
                    range(6, 8));
        }
        try (AckClient behind = client(2, "gus")) {
            assertRecovered(
                    behind.subscribe("a:both", new StreamPosition(2, epoch)).path("subscribe"),
                    range(3, 8));
        }
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        var anonymous = new AckClient(nodes().node(1).publicPort(), TwoNodes.token(""));
        try (anonymous;
                AckClient client = client(1, "hal")) {
            assertError(anonymous.subscribe("a:wrong"), 108, "needs a user in the token");
            assertError(client.ack("a:wrong", 1), 103, "not subscribed");
            assertError(client.ack("plain:x", 1), 108, "ack: subscriber");
            assertError(client.ack("nope:x", 1), 102, "unknown channel");
            client.subscribe("a:wrong");
            publish("a:wrong", 2);
            client.pushed("a:wrong", 2);
            assertError(client.ack("a:wrong", 3), 107, "newest offset is 2");
            assertError(
                    client.call(
                            "hawser.ack",
                            "{\"channel\":\"a:wrong\",\"offset\":1,\"epoch\":\"other\"}"),
                    112,
                    "epoch is");
            assertError(
                    client.call("hawser.ack", "{\"channel\":\"a:wrong\"}"),
                    107,
                    "offset is missing");
            assertError(client.call("hawser.ack", "7"), 107, "hawser.ack");
            client.subscribe("a:wrong1");
            client.subscribe("a:wrong2");
            assertError(client.subscribe("a:wrong3"), 106, "too many channels");
            assertThat(client.subscribe("plain:x").has("subscribe")).isTrue();
        }
    }

    private static void assertError(JsonNode reply, int code, String message) {
        assertThat(reply.path("error").path("code").asInt(0)).as(reply.toString()).isEqualTo(code);
        assertThat(reply.path("error").path("message").asString("")).contains(message);
    }

    @Test
    void aQueueWaitsForItsUser() throws Exception {
        queue("ida", 3);
        String queue = "hawser.queue:ida";
        try (AckClient first = client(1, "ida");
                AckClient other = client(2, "ida")) {
            for (AckClient each : List.of(first, other)) {
                assertRecovered(each.connect.path("subs").path(queue), range(1, 3));
            }
            queue("ida", 1);
            assertThat(first.pushed(queue, 1)).isEqualTo(range(4, 4));
            assertThat(other.pushed(queue, 1)).isEqualTo(range(4, 4));
            first.ack(queue, 3);
        }
        // An SDK says what it has seen; what is not acknowledged comes all the same.
        String seen =
                "{\"%s\":{\"recover\":true,\"offset\":4,\"epoch\":\"%s\"}}"
                        .formatted(queue, epoch("ida", queue));
        try (var again =
                new AckClient(nodes().node(2).publicPort(), TwoNodes.token("ida"), "{}", seen)) {
            assertRecovered(again.connect.path("subs").path(queue), range(4, 4));
            again.ack(queue, 4);
        }
        try (AckClient done = client(1, "ida")) {
            assertRecovered(done.connect.path("subs").path(queue), List.of());
            assertThat(lag("ida", queue)).isZero();
        }
        String all = "{\"channel\":\"" + queue + "\",\"limit\":10}";
        await().atMost(TwoNodes.LIMIT)
                .until(
                        () ->
                                nodes().api(1, "history", all)
                                        .path("result")
                                        .path("publications")
                                        .isEmpty());
    }

    @Test
    void aQueueIsBoundedAndSaysSo() throws Exception {
        queue("jan", 2);
        String queue = "hawser.queue:jan";
        try (AckClient first = client(1, "jan")) {
            assertRecovered(first.connect.path("subs").path(queue), range(1, 2));
        }
        queue("jan", 6);
        assertThat(state("jan", queue)).isEqualTo("trimmed");
        try (AckClient again = client(2, "jan")) {
            JsonNode subscribed = again.connect.path("subs").path(queue);
            assertLost(subscribed);
            JsonNode history =
                    nodes().api(1, "history", "{\"channel\":\"" + queue + "\",\"limit\":10}");
            assertThat(AckClient.recovered(history.path("result"))).isEqualTo(range(4, 8));
            again.ack(queue, subscribed.path("offset").asLong(0));
        }
        queue("jan", 1);
        try (AckClient then = client(1, "jan")) {
            assertRecovered(then.connect.path("subs").path(queue), range(9, 9));
        }
    }

    @Test
    void aQueueIsNobodyElses() throws Exception {
        queue("kim", 1);
        try (AckClient other = client(1, "leo")) {
            assertThat(other.connect.path("subs").has("hawser.queue:kim")).isFalse();
            assertError(other.subscribe("hawser.queue:leo"), 105, "already subscribed");
        }
        var anonymous = new AckClient(nodes().node(1).publicPort(), TwoNodes.token(""));
        try (anonymous) {
            assertThat(anonymous.connect.has("subs")).isFalse();
        }
    }

    @Test
    void emptiedRedisIsToldAndBeginsAnew() throws Exception {
        String queue = "hawser.queue:mia";
        StreamPosition seen;
        StreamPosition seenQueue;
        queue("mia", 2);
        try (AckClient client = client(1, "mia")) {
            JsonNode subscribed = client.subscribe("a:emptied").path("subscribe");
            seen = new StreamPosition(4, subscribed.path("epoch").asString(""));
            seenQueue = new StreamPosition(2, epoch("mia", queue));
            publish("a:emptied", 4);
            client.pushed("a:emptied", 4);
            client.ack("a:emptied", 4);
            Objects.requireNonNull(redis).restartEmpty();
            assertThat(client.closeCode()).as("its queue is server-side").isEqualTo(3010);
        }
        try (AckClient again = reconnected("mia", queue, seenQueue)) {
            assertLost(again.connect.path("subs").path(queue));
            assertLost(again.subscribe("a:emptied", seen).path("subscribe"));
            // Where the API is asked its connection for publishing may still be coming back.
            await().atMost(TwoNodes.LIMIT).untilAsserted(() -> publish("a:probe", 1));
            publish("a:emptied", 2);
            assertThat(again.pushed("a:emptied", 2)).isEqualTo(range(1, 2));
            assertThat(again.ack("a:emptied", 1).has("rpc")).isTrue();
        }
        try (AckClient again = client(2, "mia")) {
            assertRecovered(again.subscribe("a:emptied").path("subscribe"), range(2, 2));
        }
    }

    /** As an SDK does it: again and again, with what it has seen. */
    private static AckClient reconnected(String user, String queue, StreamPosition seen)
            throws IOException {
        String subs =
                "{\"%s\":{\"recover\":true,\"offset\":%d,\"epoch\":\"%s\"}}"
                        .formatted(queue, seen.offset(), seen.epoch());
        long deadline = System.nanoTime() + TwoNodes.LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            var client =
                    new AckClient(nodes().node(2).publicPort(), TwoNodes.token(user), "{}", subs);
            if (client.connect.has("subs")) {
                return client;
            }
            assertThat(client.connect.path("code").asInt(0)).isEqualTo(100);
            client.close();
        }
        throw new AssertionError("no connect in time");
    }

    private static JsonNode admin(String user, String channel) {
        for (JsonNode each : nodes().admin(2, "GET", "delivery/" + user).path("positions")) {
            if (each.path("channel").asString("").equals(channel)) {
                return each;
            }
        }
        throw new AssertionError("no position of " + user + " in " + channel);
    }

    private static long lag(String user, String channel) {
        return admin(user, channel).path("lag").asLong(-1);
    }

    private static String state(String user, String channel) {
        return admin(user, channel).path("state").asString("");
    }

    private static String epoch(String user, String channel) {
        return admin(user, channel).path("epoch").asString("");
    }
}
