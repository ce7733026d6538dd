package io.hawser.grid.pubsub;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The highest position of each channel that this node has heard of: from the bus, from reads, and
 * as answers to its publishes. Remembers at least the {@code most} channels used last, at most
 * twice as many. Thread-safe; nothing blocks.
 *
 * <p>Of two epochs the later one counts; of two without an order (see {@link Epochs}) the one heard
 * of last: if that is not the stream's, the position is of no use, and does no harm.
 */
final class SeenPositions {
    private final int most;
    private final AtomicReference<Generations> generations =
            new AtomicReference<>(new Generations(newMap(), newMap()));

    /** When the young are too many, they become the old ones, and those are forgotten. */
    private record Generations(
            Map<String, StreamPosition> young, Map<String, StreamPosition> old) {}

    /**
     * @param most channels, at least 1
     */
    SeenPositions(int most) {
        this.most = most;
    }

    private static Map<String, StreamPosition> newMap() {
        return new ConcurrentHashMap<>();
    }

    /** {@link StreamPosition#NONE} if none is known. */
    StreamPosition of(String channel) {
        Generations now = generations.get();
        StreamPosition young = now.young().get(channel);
        return young != null ? young : now.old().getOrDefault(channel, StreamPosition.NONE);
    }

    /** A position that exists; one without an epoch is none. */
    void saw(String channel, StreamPosition position) {
        if (position.epoch().isEmpty()) {
            return;
        }
        Generations now = generations.get();
        StreamPosition known = now.young().get(channel);
        if (known == null) {
            StreamPosition old = now.old().get(channel);
            now.young()
                    .merge(
                            channel,
                            old == null ? position : later(old, position),
                            SeenPositions::later);
            growOld(now);
        } else if (!later(known, position).equals(known)) {
            now.young().merge(channel, position, SeenPositions::later);
        }
    }

    private static StreamPosition later(StreamPosition known, StreamPosition heard) {
        boolean same = known.epoch().equals(heard.epoch());
        boolean hasMore = same && known.offset() >= heard.offset();
        return hasMore || Epochs.isOlder(heard.epoch(), known.epoch()) ? known : heard;
    }

    private void growOld(Generations now) {
        if (now.young().size() > most) {
            generations.compareAndSet(now, new Generations(newMap(), now.young()));
        }
    }

    /** Channels remembered. */
    int count() {
        Generations now = generations.get();
        return now.young().size() + now.old().size();
    }
}
