package io.hawser.server;

import static io.hawser.server.SlowNode.data;
import static io.hawser.server.SlowNode.until;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What comes within {@code client.write_delay} leaves together. */
class WriteDelayIT {
    private static final int BURST = 5;
    private static final int TRIES = 5;

    private static SlowNode node;

    @BeforeAll
    static void start() throws Exception {
        node =
                new SlowNode(
                        "write-delay",
                        "client.write_delay=500ms",
                        "namespaces=[{name: all}, {name: two, options: {write_max_messages: 2}}]");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    /** Publishes in one call, so that all come within the delay unless the machine stands still. */
    private static void burst(String channel) {
        var commands = new StringBuilder("{\"parallel\":false,\"commands\":[");
        for (int n = 1; n <= BURST; n++) {
            commands.append(n == 1 ? "" : ",")
                    .append("{\"publish\":{\"channel\":\"")
                    .append(channel)
                    .append("\",\"data\":")
                    .append(data(n))
                    .append("}}");
        }
        assertThat(node.api("batch", commands.append("]}").toString())).doesNotContain("error");
    }

    /** How many messages are in each frame, until there are so many. */
    private static List<Integer> framesOf(RawWebSocket socket, int messages) throws IOException {
        List<Integer> counts = new ArrayList<>();
        while (counts.stream().mapToInt(Integer::intValue).sum() < messages) {
            counts.add((int) socket.read().text().lines().count());
        }
        return counts;
    }

    /** The frames of a burst; of another one if a second's end, or a held up thread, divided it. */
    private static List<Integer> framesOfABurst(
            RawWebSocket socket, String channel, List<Integer> whole) throws IOException {
        List<Integer> frames = List.of();
        for (int i = 0; i < TRIES && !frames.equals(whole); i++) {
            burst(channel);
            frames = framesOf(socket, BURST);
        }
        return frames;
    }

    @Test
    void publicationsShareAMessage() throws Exception {
        List<Integer> whole = List.of(BURST);
        try (var socket = node.client("all:a")) {
            assertThat(framesOfABurst(socket, "all:a", whole)).isEqualTo(whole);
        }
    }

    @Test
    void noMoreThanTheNamespaceAllowsShareOne() throws Exception {
        List<Integer> whole = List.of(2, 2, 1);
        try (var socket = node.client("two:a")) {
            assertThat(framesOfABurst(socket, "two:a", whole)).isEqualTo(whole);
        }
    }

    @Test
    void repliesStayInOrderAndBeforeWhatTheyBegin() throws Exception {
        try (var socket = node.client()) {
            socket.text("{\"id\":5,\"ping\":{}}");
            socket.text("{\"id\":6,\"subscribe\":{\"channel\":\"all:b\"}}");
            socket.text("{\"id\":8,\"unsubscribe\":{\"channel\":\"all:b\"}}");
            List<String> lines = until(socket, "\"id\":8");
            assertThat(lines.getFirst()).contains("\"id\":5");
            assertThat(lines.get(1)).contains("\"id\":6");
            assertThat(lines.get(2)).contains("\"id\":8");
            assertThat(lines).hasSize(3);
        }
    }

    @Test
    void aUnidirectionalClientGetsOneMessageAtATime() throws Exception {
        try (var socket =
                new RawWebSocket(node.port(), "/connection/uni_websocket?cf_connect=%7B%7D", "")) {
            Matcher client =
                    Pattern.compile("\"client\":\"([^\"]+)\"").matcher(socket.read().text());
            assertThat(client.find()).isTrue();
            node.api(
                    "subscribe",
                    "{\"user\":\"\",\"client\":\"" + client.group(1) + "\",\"channel\":\"all:u\"}");
            assertThat(socket.read().text()).contains("\"subscribe\"");
            burst("all:u");
            assertThat(framesOf(socket, BURST)).containsExactly(1, 1, 1, 1, 1);
        }
    }
}
