package io.hawser.grid.affinity;

import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.serialization.compact.CompactSerializer;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.Registry;
import io.hawser.grid.time.SteadyClock;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Which node a client belongs to. The mapping is kept in the grid's map, written after a client was
 * answered, and copied to Redis, from where it is read if the grid has nothing: so it outlives the
 * grid. An entry whose node is not there, or lives another life by now, counts as no entry at once;
 * to rewrite it ({@link #reassign}) is tidying.
 *
 * <p>Thread-safe. {@link #connected}, {@link #disconnected}, {@link #place} and {@link #assign}
 * never block and may be called on I/O threads.
 */
public final class Affinity implements AutoCloseable {
    /** How long the mapping of a session that nobody has claimed again is kept. */
    private static final long BRIEF_TTL_SECONDS = 300;

    private static final int TOUCH_BATCH = 500;

    private final Registry nodes;
    private final AffinityOptions options;
    private final AffinityMap map;
    private final @Nullable AffinityCopy copy;
    private final KeptSubscriptions subscriptions;
    private final AffinityWriter writer;
    private final @Nullable StrictArrivals strict;
    private final LookUps lookUps = new LookUps(LookUps.Limits.DEFAULT);
    private final InstantSource clock = InstantSource.system();
    private final SteadyClock steady = new SteadyClock(clock, System::nanoTime);
    private volatile Placing placing;
    private volatile LocalClients clients = List::of;

    /**
     * @param redis gives the commands of a connection, null while there is none; null if there is
     *     no Redis
     */
    public Affinity(
            HazelcastInstance hazelcast,
            Registry nodes,
            @Nullable Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis,
            AffinityOptions options) {
        this.nodes = nodes;
        this.options = options;
        this.map = new AffinityMap(hazelcast);
        this.copy = redis == null ? null : AffinityCopy.at(hazelcast, redis, options.ttl());
        this.subscriptions =
                redis == null
                        ? new LocalSubscriptions(options.ttl(), System::nanoTime)
                        : new RedisSubscriptions(redis, options.ttl());
        this.placing = new Placing(options.strategy(), NodeChooser.RENDEZVOUS);
        this.strict =
                options.strict()
                        ? new StrictArrivals(
                                map,
                                this::remembered,
                                this::copy,
                                nodes,
                                () -> placing,
                                options.ttl(),
                                this::now)
                        : null;
        this.writer =
                new AffinityWriter(
                        strict != null
                                ? strict
                                : new LooseArrivals(map, this::copy, nodes, options.ttl()),
                        this::touch,
                        () -> clients.keys(),
                        options.ttl(),
                        AffinityWriter.Limits.DEFAULT);
    }

    /** Settings of the shared map; the grid's members must be started with them. */
    public static MapConfig mapConfig(AffinityOptions options) {
        return AffinityMap.config(options.ttl());
    }

    /** For the entries of that map. */
    public static CompactSerializer<?> serializer() {
        return new AffinityEntrySerializer();
    }

    /**
     * Starts writing. Called once, when this node has its incarnation.
     *
     * @param local which clients are here, asked for now and then
     */
    public void start(LocalClients local) {
        clients = local;
        nodes.listen(lookUps);
        writer.start();
        if (copy != null) {
            copy.start();
        }
    }

    /** Who chooses for clients without a node from now on; at first {@link Rendezvous} does. */
    public void chooseBy(NodeChooser chooser) {
        placing = new Placing(options.strategy(), chooser);
    }

    /** What makes clients come back to their node. */
    public AffinityStrategy strategy() {
        return options.strategy();
    }

    /** Subscriptions that live as long as a session does. */
    public KeptSubscriptions subscriptions() {
        return subscriptions;
    }

    /**
     * Under what the mapping of a client of this node is written; null if it is not. It is not
     * where its session id says it all: one that was {@link GivenSessions given} here, of a client
     * that has not shown it again yet. With strict affinity the grid is told of all.
     *
     * @param fresh whether its session id was given with this connection
     */
    public @Nullable String writtenAs(ClientTraits client, boolean fresh) {
        String key = options.strategy().key(client);
        boolean saysItAll =
                fresh
                        && !options.strict()
                        && key != null
                        && key.equals(AffinityKeys.sessionOrNull(client));
        return saysItAll ? null : key;
    }

    /**
     * A client of this node has connected and was answered. If it belongs to another node, and
     * affinity is strict, it is told so; else it belongs here from now on.
     *
     * @param fresh as with {@link #writtenAs}
     * @param sendAway tells the client to reconnect; called at most once, on any thread; must not
     *     block
     */
    public void connected(ClientTraits client, boolean fresh, Runnable sendAway) {
        String key = writtenAs(client, fresh);
        if (key != null) {
            writer.offer(new ClientEvent.Came(key, client, clock.millis(), sendAway, false));
        }
    }

    /**
     * A client of this node has gone; it is remembered for the time to live.
     *
     * @param fresh as with {@link #writtenAs}. If it was written, it will hardly be known again,
     *     and five minutes will do
     */
    public void disconnected(ClientTraits client, boolean fresh) {
        String key = writtenAs(client, fresh);
        if (key != null) {
            long ttlSeconds = options.ttl().toSeconds();
            boolean bySession = key.equals(AffinityKeys.sessionOrNull(client));
            writer.offer(
                    new ClientEvent.Went(
                            key,
                            fresh && bySession
                                    ? Math.min(ttlSeconds, BRIEF_TTL_SECONDS)
                                    : ttlSeconds));
        }
    }

    /**
     * Where a client should connect to.
     *
     * @return never exceptional; at the latest a moment after 400 ms, or 100 ms after a node does
     *     not answer any more, then with {@link Placement.Reason#NO_ANSWER}
     */
    public CompletionStage<Placement> place(ClientTraits client) {
        String key = options.strategy().key(client);
        if (key == null) {
            return CompletableFuture.completedFuture(placing.place(client, null, nodes.nodes()));
        }
        return lookUps.start(
                answer -> read(client, key, answer),
                () -> placing.placeUnasked(client, nodes.nodes()));
    }

    /**
     * The node that a client belongs to, for a balancer that chooses for all others.
     *
     * @return null if it belongs to none that takes clients now, or the grid does not say in 400
     *     ms. Blocks so long: not for I/O threads.
     */
    public @Nullable NodeId home(ClientTraits client) {
        return options.strategy().key(client) == null
                ? null
                : placing.home(place(client).toCompletableFuture().join());
    }

    private void read(ClientTraits client, String key, CompletableFuture<Placement> answer) {
        AffinityEntry found = map.get(key);
        AffinityEntry entry = found != null ? found : remembered(key);
        answer.complete(placing.place(client, entry, nodes.nodes()));
        if (found == null && entry != null) {
            map.swap(key, null, entry);
        }
    }

    /**
     * From Redis. The grid that wrote it may be gone as a whole, so a node of that name counts in
     * whatever life it is.
     */
    private @Nullable AffinityEntry remembered(String key) {
        AffinityEntry copied = copy == null ? null : copy.load(key);
        NodeInfo node = copied == null ? null : nodes.node(new NodeId(copied.node()));
        return copied == null || node == null
                ? copied
                : copied.assigned(copied.node(), node.incarnation(), clock.millis());
    }

    /**
     * The client belongs to that node from now on, wherever it is; it is not sent away from
     * elsewhere for a minute.
     *
     * @return exceptional with {@link AffinityException} after less than a second if the grid does
     *     not answer
     */
    public CompletionStage<Assigned> assign(ClientTraits client, NodeId node) {
        String key = options.strategy().key(client);
        if (key == null) {
            return CompletableFuture.completedFuture(Assigned.NOT_REMEMBERED);
        }
        NodeInfo target = nodes.node(node);
        if (target == null || !placing.isHome(client, target, nodes.nodes())) {
            return CompletableFuture.completedFuture(Assigned.NOT_A_HOME);
        }
        CompletableFuture<Assigned> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("affinity-assign")
                .start(
                        () -> {
                            try {
                                assign(key, target);
                                result.complete(Assigned.YES);
                            } catch (RuntimeException e) {
                                result.completeExceptionally(e);
                            }
                        });
        return result;
    }

    private Moment now() {
        return new Moment(clock.millis(), steady.millis());
    }

    private void assign(String key, NodeInfo target) {
        Moment now = now();
        AffinityEntry before = map.get(key);
        AffinityEntry known =
                before == null
                        ? AffinityEntry.first(target.id(), target.incarnation(), now.dayMs())
                        : before;
        AffinityEntry after =
                known.assigned(target.id().value(), target.incarnation(), now.dayMs())
                        .sentAway(now);
        map.store(key, after);
        copy(key, after, options.ttl());
    }

    /**
     * Gives all clients of a life of a node to others: one that has gone, or one that is back in a
     * new life (itself the only target). The copy in Redis follows. For the coordinator; done
     * twice, also by two nodes, it does nothing more. Blocks: about a second for 17,000 entries
     * right after a failure.
     *
     * @param incarnation that life, and earlier ones
     * @param targets who takes how much; none: nothing is done
     * @throws AffinityException if the grid does not answer
     */
    public Reassignment reassign(NodeId node, long incarnation, List<Target> targets) {
        long startNanos = System.nanoTime();
        int moved =
                targets.isEmpty()
                        ? 0
                        : map.reassign(node.value(), incarnation, targets, clock.millis());
        return new Reassignment(moved, Duration.ofNanos(System.nanoTime() - startNanos));
    }

    private void touch(Set<String> keys, boolean present, long ttlSeconds) {
        List<String> all = new ArrayList<>(keys);
        for (int from = 0; from < all.size(); from += TOUCH_BATCH) {
            var batch = Set.copyOf(all.subList(from, Math.min(all.size(), from + TOUCH_BATCH)));
            var touch =
                    new TouchEntry(
                            nodes.localId(),
                            nodes.localIncarnation(),
                            present,
                            ttlSeconds,
                            clock.millis());
            Duration ttl = Duration.ofSeconds(ttlSeconds);
            map.touch(batch, touch).forEach((key, entry) -> copy(key, entry, ttl));
        }
    }

    private void copy(String key, AffinityEntry entry, Duration ttl) {
        if (copy != null) {
            copy.offer(key, entry, ttl);
        }
    }

    /** What waits, what failed and what was done, since the start. */
    public AffinityCounts counts() {
        return new AffinityCounts(
                writer.waiting(),
                writer.overflows(),
                writer.failures(),
                copy == null ? 0 : copy.waiting(),
                copy == null ? 0 : copy.dropped(),
                (copy == null ? 0 : copy.failures()) + subscriptions.failures(),
                strict == null ? 0 : strict.sentAway());
    }

    /** Writes what waits, for a few seconds at most, and stops. */
    @Override
    public void close() {
        writer.close();
        if (copy != null) {
            copy.close();
        }
    }
}
