package io.hawser.server.endpoint;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.delta.FossilDelta;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The channels that have subscribers with delta, and the last publication of each: a delta is made
 * once for all of them. Channels without such subscribers cost a look into a map. Thread-safe;
 * {@link #delivery} is for the channel's lane alone.
 */
final class DeltaChannels {
    private final Map<String, Row> rows = new ConcurrentHashMap<>();

    /**
     * The publications of one channel since it last got a first subscriber with delta. A subscriber
     * holds numbers of a row no longer than it is counted there, so a number means one publication.
     */
    private static final class Row {
        /** Changed within the map's {@code compute} only. */
        private int subscribers;

        // These are the lane's.
        private long id = Delivery.NONE;
        private @Nullable Payload last;

        Delivery.Link append(Payload data) {
            Payload before = last;
            last = data;
            id++;
            return new Delivery.Link(id, before == null ? Payload.EMPTY : delta(before, data));
        }

        private static Payload delta(Payload before, Payload data) {
            return FossilDelta.createIfShorter(before.bytes(), data.bytes())
                    .map(Payload::of)
                    .orElse(Payload.EMPTY);
        }
    }

    /** One more subscriber with delta, on any I/O thread; owes one {@link #remove}. */
    void add(String channel) {
        rows.compute(
                channel,
                (c, present) -> {
                    Row row = present == null ? new Row() : present;
                    row.subscribers++;
                    return row;
                });
    }

    void remove(String channel) {
        rows.computeIfPresent(channel, (c, row) -> --row.subscribers == 0 ? null : row);
    }

    /** The channel's next publication, on its way to everybody. */
    Delivery delivery(String channel, Publication publication) {
        Row row = rows.isEmpty() ? null : rows.get(channel);
        return Delivery.publication(
                channel, publication, row == null ? null : row.append(publication.data()));
    }
}
