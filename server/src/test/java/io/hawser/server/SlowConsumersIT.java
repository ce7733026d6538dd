package io.hawser.server;

import static io.hawser.server.SlowNode.numbers;
import static io.hawser.server.SlowNode.range;
import static io.hawser.server.SlowNode.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that stop reading, on a node that keeps little for them, and those beside them. */
class SlowConsumersIT {
    /** Of the queue; a frame in progress may come on top. */
    private static final int QUEUE_BYTES = 64 * 1024;

    private static final int MAX_FRAME_BYTES = 16 * 1024 + 1100;

    private static final Duration LIMIT = SlowNode.LIMIT;

    private static SlowNode node;

    @BeforeAll
    static void start() throws Exception {
        node =
                new SlowNode(
                        "slow",
                        "client.queue_max_size=64KiB",
                        "client.send_buffer=16KiB",
                        "client.recovery_max_publications=1000",
                        "namespaces=[{name: cut},"
                                + " {name: drop, options: {slow_consumer: drop_oldest, join_leave: true}},"
                                + " {name: latest, options: {slow_consumer: latest,"
                                + " history_size: 1000, history_ttl: 60s}},"
                                + " {name: high, options: {slow_consumer: drop_oldest, priority: high}},"
                                + " {name: low, options: {slow_consumer: drop_oldest, priority: low}}]");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    private static final Pattern ROW = Pattern.compile("\"bytes\":(\\d+),\"dropped\":(\\d+)");

    /** What waits for the only slow client, once something does. */
    private static Matcher slow() {
        String list =
                await().atMost(LIMIT)
                        .until(() -> node.get("/admin/v1/slow"), told -> ROW.matcher(told).find());
        Matcher row = ROW.matcher(list);
        assertThat(row.find()).as(list).isTrue();
        return row;
    }

    @Test
    void whoDoesNotReadIsCutOffAndNobodyElseNotices() throws Exception {
        try (var slow = node.slowClient("cut:a");
                var reader = node.client("cut:a")) {
            double before = node.metric("hawser_client_disconnects_total{code=\"3008\",}");
            List<String> read = new ArrayList<>();
            for (int n = 0; n < 1000; n += 20) {
                node.publish("cut:a", n + 1, n + 20);
                read.addAll(until(reader, "\"n\":" + (n + 20) + ","));
            }
            assertThat(numbers(read, "cut:a")).isEqualTo(range(1, 1000));
            await().atMost(LIMIT)
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    node.metric(
                                                            "hawser_client_disconnects_total{code=\"3008\",}"))
                                            .isEqualTo(before + 1));
            await().atMost(LIMIT).untilAsserted(() -> assertNoOrphan(slow.localPort()));
            assertThat(slow.closeCode()).isEqualTo(1006);
        }
    }

    /** Closed with a reset: the kernel keeps nothing that the client has not read. */
    private static void assertNoOrphan(int clientPort) throws IOException {
        String pair = ".*:%04X [0-9A-F]+:%04X .*".formatted(node.port(), clientPort);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            assumeTrue(Files.exists(Path.of(table)), "no " + table);
            assertThat(Files.readAllLines(Path.of(table))).noneMatch(line -> line.matches(pair));
        }
    }

    @Test
    void dropOldestKeepsRepliesJoinsAndTheNewest() throws Exception {
        try (var slow = node.slowClient("drop:a", "drop:other")) {
            node.deliver("drop:a", 1, 300);
            slow.text("{\"id\":11,\"ping\":{}}");
            node.client("drop:a").close();
            node.api("unsubscribe", "{\"user\":\"\",\"channel\":\"drop:other\"}");
            // The one that came has left.
            await().atMost(LIMIT).until(() -> node.metric("hawser_subscriptions") == 1);
            node.deliver("drop:a", 301, 600);
            slow.text("{\"id\":12,\"ping\":{}}");

            Matcher row = slow();
            assertThat(Integer.parseInt(row.group(1))).isBetween(1, QUEUE_BYTES + MAX_FRAME_BYTES);
            assertThat(Integer.parseInt(row.group(2))).isPositive();
            assertThat(node.get("/admin/v1/slow")).contains("\"policies\":[\"drop_oldest\"]");
            await().atMost(LIMIT).until(() -> node.metric("hawser_slow_consumers") == 1);
            assertThat(node.metric("hawser_publications_dropped_total")).isPositive();

            slow.text("{\"id\":13,\"ping\":{}}");
            List<String> lines =
                    until(
                            slow,
                            "\"n\":600,",
                            "\"id\":13",
                            "\"join\":{",
                            "\"leave\":{",
                            "\"unsubscribe\":{");
            List<Integer> got = numbers(lines, "drop:a");
            assertThat(got).isSorted().doesNotHaveDuplicates().hasSizeLessThan(600).contains(1);
            assertThat(got.getLast()).isEqualTo(600);
            assertThat(lines.stream().filter(line -> line.startsWith("{\"id\":")))
                    .extracting(line -> line.substring(0, 8))
                    .containsExactly("{\"id\":11", "{\"id\":12", "{\"id\":13");
            assertThat(lines.stream().filter(line -> line.contains("\"join\":{"))).isNotEmpty();
            assertThat(lines.stream().filter(line -> line.contains("\"leave\":{"))).isNotEmpty();
            assertThat(lines.stream().filter(line -> line.contains("\"unsubscribe\":{")))
                    .hasSize(1);
            assertThat(node.metric("hawser_client_unsubscribes_total{code=\"2000\",}"))
                    .isPositive();
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(node.metric("hawser_slow_consumers")).isZero());
    }

    @Test
    void latestKeepsOnlyTheNewestAndRecoveryIsExact() throws Exception {
        try (var slow = node.slowClient()) {
            slow.text("{\"id\":2,\"subscribe\":{\"channel\":\"latest:a\",\"recoverable\":true}}");
            String reply = until(slow, "\"subscribe\"").getLast();
            assertThat(reply)
                    .contains("\"recoverable\":true")
                    .doesNotContain("\"positioned\":true");
            Matcher epoch = Pattern.compile("\"epoch\":\"([^\"]+)\"").matcher(reply);
            assertThat(epoch.find()).isTrue();

            node.deliver("latest:a", 1, 400);
            assertThat(Integer.parseInt(slow().group(1))).isLessThan(2 * MAX_FRAME_BYTES);

            List<Integer> got = numbers(until(slow, "\"n\":400,"), "latest:a");
            // A socket that takes a little more later on gets what is the newest then.
            int kernel = 0;
            while (kernel < got.size() && got.get(kernel) == kernel + 1) {
                kernel++;
            }
            assertThat(kernel).isPositive();
            assertThat(got).isSorted().doesNotHaveDuplicates().hasSizeLessThan(200).endsWith(400);

            slow.text("{\"id\":3,\"unsubscribe\":{\"channel\":\"latest:a\"}}");
            until(slow, "\"unsubscribe\"");
            slow.text(
                    "{\"id\":4,\"subscribe\":{\"channel\":\"latest:a\",\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}}"
                            .formatted(epoch.group(1), kernel));
            String again = until(slow, "\"id\":4").getLast();
            assertThat(again).contains("\"recovered\":true");
            Matcher numbers = Pattern.compile("\"n\":(\\d+)").matcher(again);
            assertThat(numbers.results().map(r -> Integer.parseInt(r.group(1))).toList())
                    .isEqualTo(range(kernel + 1, 400));
        }
    }

    @Test
    void highComesFirstAndLowIsDroppedFirst() throws Exception {
        try (var slow = node.slowClient("drop:fill", "high:a", "low:a")) {
            node.fill("drop:fill");
            node.deliver("low:a", 1, 10);
            node.deliver("high:a", 1, 10);
            List<String> lines = until(slow, "low:a\",\"pub\":{\"data\":{\"n\":10,");
            int firstLow = indexOf(lines, "\"channel\":\"low:a\"");
            assertThat(numbers(lines.subList(0, firstLow), "high:a")).isEqualTo(range(1, 10));
            assertThat(numbers(lines, "low:a")).isEqualTo(range(1, 10));

            node.awaitRead();
            node.fill("drop:fill");
            node.deliver("low:a", 11, 30);
            node.deliver("high:a", 11, 100);
            List<String> second = until(slow, "high:a\",\"pub\":{\"data\":{\"n\":100,");
            slow.text("{\"id\":9,\"ping\":{}}");
            second.addAll(until(slow, "\"id\":9"));
            assertThat(numbers(second, "low:a")).isEmpty();
            assertThat(numbers(second, "high:a")).contains(100).isSorted();
        }
    }

    private static int indexOf(List<String> lines, String part) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(part)) {
                return i;
            }
        }
        return lines.size();
    }

    @Test
    void anAnswerLargerThanTheQueueReachesWhoReads() throws Exception {
        node.publish("latest:large", 1, 200);
        try (var reader = node.slowClient()) {
            reader.text("{\"id\":2,\"history\":{\"channel\":\"latest:large\",\"limit\":-1}}");
            node.publish("latest:none", 1, 20); // time for the answer to fill the socket
            assertThat(until(reader, "\"id\":2").getFirst()).contains("\"n\":200,");
            reader.text("{\"id\":3,\"ping\":{}}");
            until(reader, "\"id\":3");
        }
    }
}
