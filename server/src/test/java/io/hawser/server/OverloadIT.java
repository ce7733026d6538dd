package io.hawser.server;

import static io.hawser.server.SlowNode.numbers;
import static io.hawser.server.SlowNode.range;
import static io.hawser.server.SlowNode.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
        awaitMetric(node, "hawser_overloaded", overloaded ? 1 : 0);
    }

    private static void awaitMetric(SlowNode node, String name, double value) {
        await(name).atMost(SlowNode.LIMIT).until(() -> node.metric(name) == value);
    }

    @Test
    @Timeout(120)
    void aFullNodeSaysSoAndDropsLowSooner() throws Exception {
        try (var node = new SlowNode("full", SETTINGS);
                var slow = node.slowClient("drop:fill", "low:a")) {
            node.fill("drop:fill");
            node.deliver("low:a", 1, 30);
            assertThat(numbers(until(slow, low(30)), "low:a"))
                    .as("while there is room for clients, there is for thirty messages")
                    .isEqualTo(range(1, 30));
            node.awaitRead();

            var second = node.client();
            awaitOverloaded(node, true);
            assertThat(node.metric(SHED)).isZero();
            node.fill("drop:fill");
            node.deliver("low:a", 31, 60);
            await().atMost(SlowNode.LIMIT)
                    .untilAsserted(() -> assertThat(node.metric(SHED)).isBetween(10.0, 29.0));
            List<Integer> got = numbers(until(slow, low(60)), "low:a");
            assertThat(got).isSorted().doesNotHaveDuplicates().endsWith(60);
            assertThat(node.metric(SHED)).isEqualTo(30.0 - got.size());
            assertRefused(node);

            second.close();
            awaitOverloaded(node, false);
            await().atMost(SlowNode.LIMIT)
                    .until(() -> node.get("/admin/v1/cluster").contains("\"status\":\"ok\""));
            assertTold(node);
        }
    }

    /** Once when it began and once when it was over. */
    private static void assertTold(SlowNode node) {
        List<String> alerts = node.events("alert", 2);
        assertThat(alerts).allMatch(alert -> alert.contains("\"name\":\"overload\""));
        assertThat(alerts.getFirst()).contains("\"firing\":true").contains("2 of 2 connections");
        assertThat(alerts.getLast()).contains("\"firing\":false");
    }

    private static String low(int number) {
        return "low:a\",\"pub\":{\"data\":{\"n\":" + number + ",";
    }

    private static void assertRefused(SlowNode node) throws IOException {
        var late = new RawWebSocket(node.port(), SlowNode.WEBSOCKET, "");
        assertThat(late.head()).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
        late.close();
        assertThat(node.metric("hawser_connections_refused_total")).isEqualTo(1);
        awaitMetric(node, "hawser_health_status{status=\"overloaded\",}", 1);
        // The registry's entries are written once a second.
        await().atMost(SlowNode.LIMIT)
                .untilAsserted(
                        () ->
                                assertThat(node.get("/admin/v1/cluster"))
                                        .contains("\"status\":\"overloaded\"")
                                        .contains("\"overloaded\":true"));
    }
}
