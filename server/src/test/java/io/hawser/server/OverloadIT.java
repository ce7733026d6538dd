package io.hawser.server;

import static io.hawser.server.SlowNode.numbers;
import static io.hawser.server.SlowNode.range;
import static io.hawser.server.SlowNode.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

/** A node for two clients, one of whom does not read. */
class OverloadIT {
    private static final String SHED = "hawser_low_priority_shed_total{what=\"delivery\",}";

    private static final String[] SETTINGS = {
        "node.max_connections=2",
        "client.queue_max_size=64KiB",
        "client.send_buffer=16KiB",
        "namespaces=[{name: drop, options: {slow_consumer: drop_oldest}},"
                + " {name: low, options: {slow_consumer: drop_oldest, priority: low}}]"
    };

    private static void awaitOverloaded(SlowNode node, boolean overloaded) {
        await().until(() -> node.metric("hawser_overloaded") == (overloaded ? 1 : 0));
    }

    /** Publishes until the socket of the slow client is full. */
    private static void fill(SlowNode node) {
        int n = 0;
        while (!node.get("/admin/v1/slow").contains("\"bytes\":")) {
            node.publish("drop:fill", n + 1, n + 5);
            n += 5;
        }
    }

    private static void awaitRead(SlowNode node) {
        await().until(() -> !node.get("/admin/v1/slow").contains("\"bytes\":"));
    }

    @Test
    void aFullNodeSaysSoAndDropsLowSooner() throws Exception {
        try (var node = new SlowNode("full", SETTINGS);
                var slow = node.slowClient("drop:fill", "low:a")) {
            fill(node);
            node.publish("low:a", 1, 30);
            assertThat(numbers(until(slow, low(30)), "low:a"))
                    .as("while there is room for clients, there is for thirty messages")
                    .isEqualTo(range(1, 30));
            awaitRead(node);

            var second = node.client();
            awaitOverloaded(node, true);
            assertThat(node.metric(SHED)).isZero();
            fill(node);
            node.publish("low:a", 31, 60);
            assertThat(node.metric(SHED)).isBetween(10.0, 29.0);
            List<Integer> got = numbers(until(slow, low(60)), "low:a");
            assertThat(got).isSorted().hasSizeLessThan(20).endsWith(60);
            assertRefused(node);

            second.close();
            awaitOverloaded(node, false);
            await().until(() -> node.get("/admin/v1/cluster").contains("\"status\":\"ok\""));
        }
    }

    private static String low(int number) {
        return "low:a\",\"pub\":{\"data\":{\"n\":" + number + ",";
    }

    private static void assertRefused(SlowNode node) throws IOException {
        var late = new RawWebSocket(node.port(), SlowNode.WEBSOCKET, "");
        assertThat(late.head()).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
        late.close();
        assertThat(node.metric("hawser_connections_refused_total")).isEqualTo(1);
        assertThat(node.metric("hawser_health_status{status=\"overloaded\",}")).isEqualTo(1);
        // The registry's entries are a second old at most.
        await().untilAsserted(
                        () ->
                                assertThat(node.get("/admin/v1/cluster"))
                                        .contains("\"status\":\"overloaded\"")
                                        .contains("\"overloaded\":true"));
    }
}
