package io.hawser.grid.affinity;

import io.hawser.grid.affinity.ClientEvent.Came;
import io.hawser.grid.affinity.Placing.Verdict;
import io.hawser.grid.cluster.Registry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Whoever has come and belongs to another node is told to reconnect, once in a while; the others
 * belong here from now on. Each is decided by compare and set, so that two nodes that a client
 * comes to do not both send it away. Thread-safe; blocks.
 */
final class StrictArrivals implements AffinityWriter.Arrivals {
    private static final Logger log = LoggerFactory.getLogger(StrictArrivals.class);

    /** Decided at once; each costs two calls of the grid. */
    private static final int AT_ONCE = 64;

    /** Others may change the same entry; after so many losses the next round tries on. */
    private static final int ATTEMPTS = 3;

    private final AffinityMap map;
    private final Function<String, @Nullable AffinityEntry> remembered;
    private final LooseArrivals.CopySink copy;
    private final Registry nodes;
    private final Supplier<Placing> placing;
    private final Duration ttl;
    private final Supplier<Moment> clock;
    private final LongAdder sentAway = new LongAdder();

    /**
     * @param remembered what is known where the map knows nothing
     */
    StrictArrivals(
            AffinityMap map,
            Function<String, @Nullable AffinityEntry> remembered,
            LooseArrivals.CopySink copy,
            Registry nodes,
            Supplier<Placing> placing,
            Duration ttl,
            Supplier<Moment> clock) {
        this.map = map;
        this.remembered = remembered;
        this.copy = copy;
        this.nodes = nodes;
        this.placing = placing;
        this.ttl = ttl;
        this.clock = clock;
    }

    /** Clients that were told to reconnect, since the start. */
    long sentAway() {
        return sentAway.sum();
    }

    @Override
    public List<Came> take(Map<String, Came> byKey) {
        var again = new ConcurrentLinkedQueue<Came>();
        var turns = new Semaphore(AT_ONCE);
        for (Came came : byKey.values()) {
            turns.acquireUninterruptibly();
            Thread.startVirtualThread(
                    () -> {
                        try {
                            if (!decided(came)) {
                                again.add(came);
                            }
                        } finally {
                            turns.release();
                        }
                    });
        }
        turns.acquireUninterruptibly(AT_ONCE);
        return List.copyOf(again);
    }

    private boolean decided(Came came) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (decide(came)) {
                    return true;
                }
            }
        } catch (RuntimeException e) {
            log.debug("where a client belongs cannot be decided now", e);
        }
        return false;
    }

    private boolean decide(Came came) {
        AffinityEntry found = map.get(came.key());
        AffinityEntry known = found != null ? found : remembered.apply(came.key());
        Verdict verdict =
                placing.get()
                        .judge(
                                came.client(),
                                known,
                                nodes.localId(),
                                nodes.localIncarnation(),
                                nodes.nodes(),
                                clock.get());
        if (!map.swap(came.key(), found, verdict.entry())) {
            return false;
        }
        copy.offer(came.key(), verdict.entry(), ttl);
        if (verdict instanceof Verdict.Leave) {
            sentAway.increment();
            came.sendAway().run();
        }
        return true;
    }
}
