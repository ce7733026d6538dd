package io.hawser.grid.bus;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.HistoryOptions;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts publications of one channel together: those of one lane, with the same history, that come
 * within a delay. What comes out keeps its order within a channel and lane. Pure, not thread-safe;
 * time is passed in and never falls.
 */
final class PublishBatches {
    private final int size;
    private final int bytes;
    private final long delayNanos;

    /** In the order in which they were begun, so the first one's time is over first. */
    private final Map<Place, Batch> open = new LinkedHashMap<>();

    private record Place(String channel, Priority lane) {}

    /** Publications of one channel, lane and history, in their order; at least one. */
    static final class Batch {
        final String channel;
        final Priority lane;
        final HistoryOptions history;
        final List<PendingPublish> publications = new ArrayList<>();
        private final long sinceNanos;
        private int bytes;

        Batch(PendingPublish first, long nowNanos) {
            channel = first.channel();
            lane = first.options().priority();
            history = first.options().history();
            sinceNanos = nowNanos;
        }

        /** Of all bodies. */
        int bytes() {
            return bytes;
        }

        private void add(PendingPublish publish) {
            publications.add(publish);
            bytes += publish.body().length;
        }
    }

    /**
     * @param size publications in a batch at most
     * @param bytes of bodies beyond which nothing is added to a batch
     * @param delayNanos how long the first one waits for others
     */
    PublishBatches(int size, int bytes, long delayNanos) {
        this.size = size;
        this.bytes = bytes;
        this.delayNanos = delayNanos;
    }

    /** One more; batches that are to be sent now are added to {@code out}. */
    void add(PendingPublish publish, long nowNanos, List<Batch> out) {
        var place = new Place(publish.channel(), publish.options().priority());
        Batch batch = open.get(place);
        if (batch != null && !batch.history.equals(publish.options().history())) {
            open.remove(place);
            out.add(batch);
            batch = null;
        }
        if (batch == null) {
            batch = new Batch(publish, nowNanos);
            open.put(place, batch);
        }
        batch.add(publish);
        if (batch.publications.size() >= size || batch.bytes >= bytes) {
            open.remove(place);
            out.add(batch);
        }
    }

    /** Those whose time is over. */
    void due(long nowNanos, List<Batch> out) {
        Iterator<Batch> all = open.values().iterator();
        while (all.hasNext()) {
            Batch batch = all.next();
            if (nowNanos - batch.sinceNanos < delayNanos) {
                return;
            }
            all.remove();
            out.add(batch);
        }
    }

    /** Those of one channel, whether or not their time is over. */
    void close(String channel, List<Batch> out) {
        for (Priority lane : Priority.values()) {
            Batch batch = open.remove(new Place(channel, lane));
            if (batch != null) {
                out.add(batch);
            }
        }
    }

    /** All of them. */
    void closeAll(List<Batch> out) {
        out.addAll(open.values());
        open.clear();
    }

    /** How long until the first one's time is over, 0 or more; Long.MAX_VALUE if there is none. */
    long nanosToDue(long nowNanos) {
        Iterator<Batch> all = open.values().iterator();
        return all.hasNext()
                ? Math.max(0, delayNanos - (nowNanos - all.next().sinceNanos))
                : Long.MAX_VALUE;
    }
}
