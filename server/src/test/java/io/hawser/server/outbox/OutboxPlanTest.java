package io.hawser.server.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.bus.NumberedPublisher.Numbered;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.storage.OutboxRow;
import io.hawser.server.storage.RefusedRow;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

class OutboxPlanTest {
    private static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "namespaces=[{name: h, options: {history_size: 100, history_ttl: 300s}},"
                                    + " {name: b, options: {data_format: binary}}]"));

    private static final RowCheck CHECK =
            new RowCheck(new ChannelPolicy(CONFIG.channel(), CONFIG.namespaces(), false), 20);

    private static OutboxRow row(long id, String channel, String data) {
        return new OutboxRow(id, channel, data, 1000 + id);
    }

    private static List<Long> ids(List<Numbered> rows) {
        return rows.stream().map(Numbered::number).toList();
    }

    @Test
    void rowsKeepTheirOrderInTheirChannel() {
        OutboxPlan plan =
                OutboxPlan.of(
                        List.of(
                                row(1, "h:a", "1"),
                                row(2, "free", "{}"),
                                row(5, "h:a", "[\n2]"),
                                row(9, "h:a", "\"3\"")),
                        CHECK);

        assertThat(plan.refused()).isEmpty();
        assertThat(plan.channels()).extracting(ChannelRows::channel).containsExactly("h:a", "free");
        ChannelRows kept = plan.channels().getFirst();
        assertThat(kept.history().size()).isEqualTo(100);
        assertThat(kept.chunks())
                .singleElement()
                .satisfies(
                        chunk -> {
                            assertThat(ids(chunk)).containsExactly(1L, 5L, 9L);
                            assertThat(chunk.get(1).publication().data()).hasToString("[2]");
                            assertThat(chunk.get(1).publication().timeMs()).isEqualTo(1005);
                        });
        assertThat(plan.channels().get(1).history().enabled()).isFalse();
    }

    @Test
    void whatMayNotBePublishedIsRefusedWithTheReasonAndHoldsUpNobody() {
        OutboxPlan plan =
                OutboxPlan.of(
                        List.of(
                                row(1, "nowhere:a", "1"),
                                row(2, "h:a", "no JSON"),
                                row(3, "h:a", "1"),
                                row(4, "h:a", ""),
                                row(5, "h:a23456789012345678901", "1"),
                                row(6, "b:a", "no JSON")),
                        CHECK);

        assertThat(plan.refused()).extracting(RefusedRow::id).containsExactly(1L, 2L, 4L, 5L);
        assertThat(plan.refused())
                .extracting(RefusedRow::reason)
                .containsExactly(
                        "the channel's namespace is not configured",
                        "data: not JSON",
                        "data: no data",
                        "channel is longer than 20 bytes");
        assertThat(plan.channels())
                .extracting(each -> ids(each.chunks().getFirst()))
                .containsExactly(List.of(3L), List.of(6L));
    }

    @Test
    void chunksAreBoundedAndHoldEveryRowInOrder() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<OutboxRow> rows = new ArrayList<>();
        for (int id = 1; id <= 2000; id++) {
            int length = random.nextInt(50) == 0 ? 200_000 : random.nextInt(1000);
            rows.add(row(id, "c" + random.nextInt(5), "\"" + "x".repeat(length) + "\""));
        }

        OutboxPlan plan = OutboxPlan.of(rows, CHECK);

        for (ChannelRows channel : plan.channels()) {
            List<Long> ids = new ArrayList<>();
            for (List<Numbered> chunk : channel.chunks()) {
                int bytes = chunk.stream().mapToInt(each -> each.publication().data().size()).sum();
                assertThat(chunk).as("seed %s", seed).hasSizeBetween(1, OutboxPlan.MAX_CHUNK_ROWS);
                assertThat(bytes).as("seed %s", seed).isLessThan(OutboxPlan.MAX_CHUNK_BYTES);
                ids.addAll(ids(chunk));
            }
            assertThat(ids)
                    .as("seed %s", seed)
                    .isEqualTo(
                            rows.stream()
                                    .filter(each -> each.channel().equals(channel.channel()))
                                    .map(OutboxRow::id)
                                    .toList());
        }
    }

    @Test
    void aRowLargerThanAChunkIsAChunk() {
        String large = "\"" + "x".repeat(OutboxPlan.MAX_CHUNK_BYTES) + "\"";

        OutboxPlan plan =
                OutboxPlan.of(
                        List.of(row(1, "h:a", "1"), row(2, "h:a", large), row(3, "h:a", "3")),
                        CHECK);

        assertThat(plan.channels().getFirst().chunks())
                .extracting(OutboxPlanTest::ids)
                .containsExactly(List.of(1L), List.of(2L), List.of(3L));
    }
}
