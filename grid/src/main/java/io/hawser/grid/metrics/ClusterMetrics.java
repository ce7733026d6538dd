package io.hawser.grid.metrics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The whole cluster's figures, put together once a second from the nodes' snapshots in Redis. For
 * nodes without one (no Redis, or not written for ten seconds) what the registry carries must do.
 *
 * <p>Thread-safe. {@link #cluster} never blocks; Redis is read by a thread of its own.
 */
public final class ClusterMetrics implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterMetrics.class);
    private static final long PERIOD_MS = 1_000;

    private final @Nullable SnapshotStore store;
    private final Supplier<? extends Collection<KnownNode>> registry;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("cluster-metrics").factory());
    private volatile Map<String, NodeSnapshot> stored = Map.of();
    private volatile @Nullable Supplier<NodeSnapshot> own;

    /**
     * A node as the registry knows it.
     *
     * @param incarnation of another one a snapshot does not count
     * @param load what the registry carries
     */
    public record KnownNode(long incarnation, NodeFigures load) {}

    /**
     * @param store null without Redis
     * @param registry the nodes known, those that left not among them; must not block
     */
    public ClusterMetrics(
            @Nullable SnapshotStore store, Supplier<? extends Collection<KnownNode>> registry) {
        this.store = store;
        this.registry = registry;
    }

    /**
     * Writes and reads from now on.
     *
     * @param source this node's snapshot; must not block
     */
    public void start(Supplier<NodeSnapshot> source) {
        own = source;
        if (store != null) {
            store.start(source);
            var _ =
                    thread.scheduleWithFixedDelay(
                            () -> read(store), 0, PERIOD_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** As it is known now: other nodes' figures are two seconds old at most. */
    public ClusterSnapshot cluster() {
        Map<String, NodeSnapshot> others = stored;
        Supplier<NodeSnapshot> source = own;
        NodeSnapshot mine = source == null ? null : source.get();
        List<NodeFigures> figures = new ArrayList<>();
        for (KnownNode node : registry.get()) {
            String id = node.load().node();
            NodeSnapshot snapshot = mine != null && mine.node().equals(id) ? mine : others.get(id);
            figures.add(
                    snapshot == null || snapshot.incarnation() != node.incarnation()
                            ? node.load()
                            : NodeFigures.of(snapshot, node.load().standing()));
        }
        return ClusterSnapshot.of(figures);
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void read(SnapshotStore from) {
        try {
            List<String> ids = registry.get().stream().map(node -> node.load().node()).toList();
            stored =
                    from.read(ids).stream()
                            .collect(
                                    Collectors.toMap(
                                            NodeSnapshot::node, Function.identity(), (a, b) -> b));
        } catch (RuntimeException e) {
            log.warn("the cluster's figures could not be put together", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        if (store != null) {
            store.close();
        }
    }
}
