package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.PublishOptions;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** {@link PublishBatches}, stepped by its own clock. */
class PublishBatchesTest {
    private static final long DELAY = 1_000;

    private final PublishBatches batches = new PublishBatches(3, 100, DELAY);
    private final List<PublishBatches.Batch> out = new ArrayList<>();
    private long now = Long.MAX_VALUE - 2_500; // a clock may overflow

    private void add(String channel, Priority lane, HistoryOptions history, String body) {
        var publish =
                new PendingPublish(
                        channel,
                        body.getBytes(StandardCharsets.UTF_8),
                        PublishOptions.of(history, lane),
                        new CompletableFuture<>());
        batches.add(publish, now, out);
    }

    private void add(String channel, String body) {
        add(channel, Priority.NORMAL, BrokerContract.SMALL, body);
    }

    private static List<String> texts(PublishBatches.Batch batch) {
        return batch.publications.stream()
                .map(publish -> new String(publish.body(), StandardCharsets.UTF_8))
                .toList();
    }

    /** What came out since the last call. */
    private List<List<String>> sent() {
        List<List<String>> sent = out.stream().map(PublishBatchesTest::texts).toList();
        out.clear();
        return sent;
    }

    private void advance(long nanos) {
        now += nanos;
        batches.due(now, out);
    }

    @Test
    void theFirstOneWaitsItsDelayAndNoLongerWhateverComes() {
        assertThat(batches.nanosToDue(now)).isEqualTo(Long.MAX_VALUE);
        add("a", "1");
        assertThat(batches.nanosToDue(now)).isEqualTo(DELAY);
        advance(600);
        add("a", "2");
        add("b", "3");
        assertThat(batches.nanosToDue(now)).isEqualTo(400);
        advance(399);
        assertThat(sent()).isEmpty();
        advance(1);
        assertThat(sent()).containsExactly(List.of("1", "2"));
        assertThat(batches.nanosToDue(now)).isEqualTo(600);
        advance(10_000);
        assertThat(sent()).containsExactly(List.of("3"));
        assertThat(batches.nanosToDue(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aFullOneGoesAtOnce() {
        add("a", "1");
        add("a", "2");
        assertThat(sent()).isEmpty();
        add("a", "3");
        add("a", "4");
        assertThat(sent()).containsExactly(List.of("1", "2", "3"));
        add("a", "x".repeat(100));
        assertThat(sent()).containsExactly(List.of("4", "x".repeat(100)));
    }

    @Test
    void lanesAndHistoriesAreNotMixedAndKeepTheirOrder() {
        add("a", Priority.NORMAL, BrokerContract.SMALL, "1");
        add("a", Priority.LOW, BrokerContract.SMALL, "2");
        add("a", Priority.NORMAL, BrokerContract.SMALL, "3");
        add("a", Priority.NORMAL, BrokerContract.SMALL.skipped(), "4");
        assertThat(sent()).containsExactly(List.of("1", "3"));
        advance(DELAY);
        assertThat(sent()).containsExactly(List.of("2"), List.of("4"));
    }

    @Test
    void aChannelOrAllCanBeClosedBeforeTheirTime() {
        add("a", "1");
        add("b", "2");
        add("a", Priority.LOW, BrokerContract.SMALL, "3");
        batches.close("a", out);
        assertThat(sent()).containsExactlyInAnyOrder(List.of("1"), List.of("3"));
        batches.close("none", out);
        batches.closeAll(out);
        assertThat(sent()).containsExactly(List.of("2"));
        advance(10 * DELAY);
        assertThat(sent()).isEmpty();
    }

    /** Whatever comes: all of it goes out, once, in order, in time, and in no batch too large. */
    @Test
    void nothingIsLostDoubledLateOrOutOfOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, List<String>> came = new HashMap<>();
        Map<String, List<String>> went = new HashMap<>();
        Map<String, Long> since = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String channel = "c" + random.nextInt(5);
            Priority lane = random.nextBoolean() ? Priority.NORMAL : Priority.LOW;
            String body = i + "x".repeat(random.nextInt(40));
            since.put(body, now);
            came.computeIfAbsent(channel + lane, c -> new ArrayList<>()).add(body);
            HistoryOptions history =
                    random.nextInt(10) == 0 ? HistoryOptions.NONE : BrokerContract.SMALL;
            add(channel, lane, history, body);
            check(since, went);
            advance(Math.min(random.nextInt(400), batches.nanosToDue(now)));
            check(since, went);
        }
        batches.closeAll(out);
        for (PublishBatches.Batch batch : out) {
            went.computeIfAbsent(batch.channel + batch.lane, c -> new ArrayList<>())
                    .addAll(texts(batch));
        }
        assertThat(went).as("seed %d", seed).isEqualTo(came);
    }

    /** What came out now. */
    private void check(Map<String, Long> since, Map<String, List<String>> went) {
        for (PublishBatches.Batch batch : out) {
            assertThat(batch.publications).hasSizeBetween(1, 3);
            assertThat(batch.bytes()).isLessThan(100 + 50);
            assertThat(now - Objects.requireNonNull(since.get(texts(batch).getFirst())))
                    .isLessThanOrEqualTo(DELAY);
            went.computeIfAbsent(batch.channel + batch.lane, c -> new ArrayList<>())
                    .addAll(texts(batch));
        }
        out.clear();
    }
}
