package io.hawser.server.outbox;

import io.hawser.grid.bus.NumberedPublisher.Numbered;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.storage.OutboxRow;
import io.hawser.server.storage.RefusedRow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of some rows: each is refused or stands in its channel, in its order. Pure.
 *
 * <p>A chunk is what Redis does in one step, so it is kept short.
 */
record OutboxPlan(List<ChannelRows> channels, List<RefusedRow> refused) {
    static final int MAX_CHUNK_ROWS = 64;
    static final int MAX_CHUNK_BYTES = 256 << 10;

    /**
     * @param rows in the order of their ids
     */
    static OutboxPlan of(List<OutboxRow> rows, RowCheck check) {
        Map<String, Chunks> channels = new LinkedHashMap<>();
        List<RefusedRow> refused = new ArrayList<>();
        for (OutboxRow row : rows) {
            switch (check.check(row)) {
                case RowCheck.Verdict.Unfit unfit ->
                        refused.add(new RefusedRow(row.id(), unfit.reason()));
                case RowCheck.Verdict.Fit fit ->
                        channels.computeIfAbsent(
                                        row.channel(),
                                        channel -> new Chunks(channel, fit.options().history()))
                                .add(
                                        new Numbered(
                                                row.id(),
                                                new Publication(
                                                        0,
                                                        fit.data(),
                                                        null,
                                                        Map.of(),
                                                        row.createdAtMs())));
            }
        }
        return new OutboxPlan(channels.values().stream().map(Chunks::done).toList(), refused);
    }

    /** A channel's chunks, growing. */
    private static final class Chunks {
        private final String channel;
        private final HistoryOptions history;
        private final List<List<Numbered>> chunks = new ArrayList<>();
        private List<Numbered> last = List.of();
        private int lastBytes;

        Chunks(String channel, HistoryOptions history) {
            this.channel = channel;
            this.history = history;
        }

        void add(Numbered row) {
            int bytes = row.publication().data().size();
            boolean full = last.size() == MAX_CHUNK_ROWS || lastBytes + bytes > MAX_CHUNK_BYTES;
            if (chunks.isEmpty() || full) {
                last = new ArrayList<>();
                lastBytes = 0;
                chunks.add(last);
            }
            last.add(row);
            lastBytes += bytes;
        }

        ChannelRows done() {
            return new ChannelRows(channel, history, chunks);
        }
    }
}
