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
public final class SeenPositions {
    /** Channels that are remembered at least, if nothing else is said. */
    private static final int ENOUGH = 100_000;

    private final int most;
    private final AtomicReference<Generations> generations =
            new AtomicReference<>(new Generations(newMap(), newMap()));

    /**
     * A position that was seen.
     *
     * @param id of the publication there; 0 if it is not known
     */
    public record Sighting(StreamPosition position, long id) {
        public static final Sighting NONE = new Sighting(StreamPosition.NONE, 0);
    }

    /** When the young are too many, they become the old ones, and those are forgotten. */
    private record Generations(Map<String, Sighting> young, Map<String, Sighting> old) {}

    /**
     * @param most channels, at least 1
     */
    public SeenPositions(int most) {
        this.most = most;
    }

    /** Remembers 100,000 channels at least. */
    public SeenPositions() {
        this(ENOUGH);
    }

    private static Map<String, Sighting> newMap() {
        return new ConcurrentHashMap<>();
    }

    /** {@link StreamPosition#NONE} if none is known. */
    public StreamPosition of(String channel) {
        return sighting(channel).position();
    }

    /** The same, and what is there; {@link Sighting#NONE} if nothing is known. */
    public Sighting sighting(String channel) {
        Generations now = generations.get();
        Sighting young = now.young().get(channel);
        return young != null ? young : now.old().getOrDefault(channel, Sighting.NONE);
    }

    /** A position that exists; one without an epoch is none. */
    public void saw(String channel, StreamPosition position) {
        saw(channel, position, 0);
    }

    /** The same, and the id of the publication there; 0 if it is not known. */
    public void saw(String channel, StreamPosition position, long id) {
        if (position.epoch().isEmpty()) {
            return;
        }
        var heard = new Sighting(position, id);
        Generations now = generations.get();
        Sighting known = now.young().get(channel);
        if (known == null) {
            Sighting old = now.old().get(channel);
            now.young()
                    .merge(channel, old == null ? heard : later(old, heard), SeenPositions::later);
            growOld(now);
        } else if (!later(known, heard).equals(known)) {
            now.young().merge(channel, heard, SeenPositions::later);
        }
    }

    private static Sighting later(Sighting known, Sighting heard) {
        StreamPosition before = known.position();
        StreamPosition now = heard.position();
        if (before.epoch().equals(now.epoch())) {
            boolean tellsMore =
                    now.offset() > before.offset()
                            || (now.offset() == before.offset()
                                    && known.id() == 0
                                    && heard.id() != 0);
            return tellsMore ? heard : known;
        }
        return Epochs.isOlder(now.epoch(), before.epoch()) ? known : heard;
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
