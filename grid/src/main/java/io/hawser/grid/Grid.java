package io.hawser.grid;

import com.hazelcast.config.MapConfig;

import io.hawser.grid.GridOptions.BrokerOptions;
import io.hawser.grid.affinity.Affinity;
import io.hawser.grid.affinity.AffinityOptions;
import io.hawser.grid.bus.NumberedPublisher;
import io.hawser.grid.bus.RedisBroker;
import io.hawser.grid.cluster.GridMember;
import io.hawser.grid.cluster.GridRefusedException;
import io.hawser.grid.cluster.GridSettings;
import io.hawser.grid.cluster.HeartbeatCounts;
import io.hawser.grid.cluster.NodeDirectory;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.PresenceCalls;
import io.hawser.grid.cluster.PresenceFeed;
import io.hawser.grid.cluster.RedisNodeDirectory;
import io.hawser.grid.cluster.Registry;
import io.hawser.grid.cluster.Survey;
import io.hawser.grid.delivery.AcknowledgedDelivery;
import io.hawser.grid.delivery.LocalPositionStore;
import io.hawser.grid.delivery.PositionLimits;
import io.hawser.grid.delivery.RedisPositionStore;
import io.hawser.grid.event.Events;
import io.hawser.grid.heartbeat.RedisVoteStore;
import io.hawser.grid.heartbeat.VoteStore;
import io.hawser.grid.metrics.ClusterMetrics;
import io.hawser.grid.metrics.NodeSnapshot;
import io.hawser.grid.metrics.SnapshotStore;
import io.hawser.grid.presence.Presence;
import io.hawser.grid.priority.HeapShare;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.LaneLimits;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Sink;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.scaling.AutoScaler;
import io.hawser.grid.scaling.Scaling;
import io.hawser.grid.scaling.ScalingListener;
import io.hawser.grid.scaling.ScalingPolicy;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A node's whole part in its cluster: the other nodes, publish/subscribe, presence, metrics
 * snapshots. Thread-safe; {@link #join} and {@link #close} block for seconds.
 */
public final class Grid implements AutoCloseable {
    /** Channel threads: the work of one channel is small, and its order must not need locks. */
    private static final int LANES = 2;

    /** What may wait for a channel thread: some tenths of a second. */
    private static final int WAITING = 16_384;

    /** Who sends what comes from other nodes cannot be told to wait, so more of it may: seconds. */
    private static final int BURST = 131_072;

    /** For all channel threads together, one of so many parts of the heap. */
    private static final int OF_HEAP = 8;

    /** How long a start waits for Redis; then it goes on without. */
    private static final Duration STORE_WAIT = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(20);

    private final @Nullable RedisServers redis;
    private final Lanes lanes;
    private final Broker broker;
    private final Hub hub;
    private final GridMember member;
    private final Function<String, Priority> priorities;
    private final Presence presence;
    private final Affinity affinity;
    private final ClusterMetrics metrics;
    private final Events events;

    private Grid(
            @Nullable RedisServers redis,
            Lanes lanes,
            Broker broker,
            GridMember member,
            Events events,
            AffinityOptions affinity,
            Function<String, Priority> priorities) {
        this.events = events;
        this.priorities = priorities;
        this.redis = redis;
        this.lanes = lanes;
        this.broker = broker;
        this.member = member;
        this.hub = new Hub(broker, lanes);
        this.presence =
                new Presence(
                        member.hazelcast(),
                        member.registry(),
                        new PresenceCalls(member.survey()),
                        this::announceLost);
        this.affinity =
                new Affinity(
                        member.hazelcast(),
                        member.registry(),
                        redis == null ? null : redis.textCommands(),
                        affinity);
        this.metrics =
                new ClusterMetrics(
                        redis == null ? null : new SnapshotStore(redis.textCommands()),
                        () -> KnownNodes.of(member.registry().nodes()));
    }

    /**
     * Joins the grid, or founds it. The node is not serving yet: see {@link Registry#become}.
     *
     * @param sink gets what concerns this node's subscribers
     * @param load this node's load, asked for each second; must not block
     * @param priorities of each channel, always the same; called on any thread, must not block
     * @param shedding whether publishes of low priority are refused sooner
     * @param onExpelled called if the node has to leave the grid later
     * @throws GridRefusedException if the grid does not take this node
     * @throws io.hawser.grid.cluster.GridStartException if the member cannot start
     */
    public static Grid join(
            GridOptions options,
            Sink sink,
            Supplier<NodeLoad> load,
            Function<String, Priority> priorities,
            Shedding shedding,
            Consumer<GridRefusedException> onExpelled) {
        Lanes lanes = lanes(options.broker(), priorities);
        RedisServers redis = servers(options.broker());
        Broker broker = broker(options.broker(), redis, lanes, shedding);
        var events = new Events(broker::sendControl, InstantSource.system());
        try {
            // The broker first: nodes find each other through its Redis.
            broker.start(new EventSink(sink, events));
            awaitStore(broker);
            NodeDirectory directory =
                    redis == null ? null : new RedisNodeDirectory(redis.textCommands());
            VoteStore votes =
                    redis == null
                            ? null
                            : new RedisVoteStore(
                                    redis.decidingCommands(), options.key().directoryName());
            GridMember member =
                    GridMember.start(settings(options, redis), directory, votes, load, onExpelled);
            var grid =
                    new Grid(redis, lanes, broker, member, events, options.affinity(), priorities);
            grid.open();
            return grid;
        } catch (RuntimeException e) {
            events.close();
            close(broker, redis, lanes);
            throw e;
        }
    }

    /** A node that looks for others before Redis answers would found a grid of its own. */
    private static void awaitStore(Broker broker) {
        long deadline = System.nanoTime() + STORE_WAIT.toNanos();
        while (broker.health() == Broker.State.DOWN && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static Lanes lanes(BrokerOptions options, Function<String, Priority> priorities) {
        int burst =
                switch (options) {
                    case BrokerOptions.Local local -> WAITING;
                    case BrokerOptions.Redis remote -> BURST;
                };
        var limits = new LaneLimits(WAITING, burst, HeapShare.of(OF_HEAP * LANES));
        return new Lanes(LANES, limits, priorities);
    }

    private static @Nullable RedisServers servers(BrokerOptions options) {
        return switch (options) {
            case BrokerOptions.Local local -> null;
            case BrokerOptions.Redis remote -> RedisServers.of(remote.servers());
        };
    }

    private static Broker broker(
            BrokerOptions options, @Nullable RedisServers redis, Lanes lanes, Shedding shedding) {
        return switch (options) {
            case BrokerOptions.Local local ->
                    new LocalBroker(lanes, local.maxBytes(), local.idempotencyMax());
            case BrokerOptions.Redis remote -> {
                if (redis == null) {
                    throw new IllegalArgumentException("a Redis broker without a Redis");
                }
                yield new RedisBroker(redis, lanes, remote.publishing(), shedding);
            }
        };
    }

    private static GridSettings settings(GridOptions options, @Nullable RedisServers redis) {
        String contract = redis == null ? "broker local" : "broker redis at " + redis.identity();
        return new GridSettings(
                options.profile(),
                options.key(),
                options.host(),
                options.port(),
                options.heartbeat(),
                options.seeds(),
                contract,
                maps(options),
                List.of(Affinity.serializer()));
    }

    private static List<MapConfig> maps(GridOptions options) {
        var maps = new ArrayList<>(Presence.mapConfigs());
        maps.add(Affinity.mapConfig(options.affinity()));
        maps.add(Scaling.mapConfig());
        return maps;
    }

    private void open() {
        Registry nodes = member.registry();
        events.start(
                new Events.Self(nodes.localId(), nodes::localIncarnation, nodes::isCoordinator));
        nodes.listen(events);
        events.present(nodes.nodes());
        nodes.listen(new PresenceFeed(presence));
        presence.start();
    }

    private void announceLost(String channel, ClientInfo client) {
        broker.publishPresence(channel, new PresenceEvent.Leave(client), priorities.apply(channel));
    }

    /**
     * Starts writing this node's snapshot to Redis each second, and reading those of the others;
     * without Redis it stays here.
     */
    public void snapshot(Supplier<NodeSnapshot> source) {
        metrics.start(source);
    }

    /** What this node's heartbeats have come to. */
    public HeartbeatCounts heartbeats() {
        return member.heartbeats();
    }

    /** The cluster's figures. */
    public ClusterMetrics metrics() {
        return metrics;
    }

    /**
     * Starts deciding about scaling whenever this node is the coordinator. To be closed before the
     * grid.
     *
     * @param dryRun noted in the decisions
     * @param listener carries them out
     */
    public Scaling scaling(ScalingPolicy policy, boolean dryRun, ScalingListener listener) {
        var sources =
                new Scaling.Sources(nodes().localNode(), nodes()::isCoordinator, metrics::cluster);
        var scaling =
                new Scaling(
                        member.hazelcast(),
                        sources,
                        () -> new AutoScaler(policy, dryRun),
                        listener,
                        InstantSource.system());
        scaling.start();
        return scaling;
    }

    /** The nodes of the grid, this one included. */
    public Registry nodes() {
        return member.registry();
    }

    /** Asks all nodes a question. */
    public Survey survey() {
        return member.survey();
    }

    /** Carries publications and keeps history. */
    public Broker broker() {
        return broker;
    }

    /**
     * Publishes numbered publications once each, over one more connection to Redis. To be closed
     * before the grid.
     *
     * @param queue calls that may wait for the connection
     * @throws IllegalStateException if the broker is the local one
     */
    public NumberedPublisher numberedPublisher(int queue) {
        if (broker instanceof RedisBroker remembering) {
            return remembering.numbered(queue);
        }
        throw new IllegalStateException("only Redis remembers numbers");
    }

    /**
     * What users have acknowledged: in Redis, over one more connection to each server, or in memory
     * with the local broker. To be closed before the grid.
     *
     * @param used false if nobody acknowledges anything, so that no connection is made
     */
    public AcknowledgedDelivery delivery(PositionLimits limits, boolean used) {
        RedisServers servers = redis;
        if (servers != null && used) {
            var store = new RedisPositionStore(servers, limits);
            servers.start();
            return new AcknowledgedDelivery(store, broker, limits);
        }
        BiConsumer<String, StreamPosition> trim =
                broker instanceof LocalBroker local ? local::trim : (channel, upTo) -> {};
        var store =
                new LocalPositionStore(
                        limits, trim, InstantSource.system()::millis, Thread::startVirtualThread);
        return new AcknowledgedDelivery(store, broker, limits);
    }

    /** This node's interest in channels. */
    public Hub hub() {
        return hub;
    }

    /** What happens in the cluster. */
    public Events events() {
        return events;
    }

    /** Who is in a channel. */
    public Presence presence() {
        return presence;
    }

    /** Which node a client belongs to. Writes nothing until it is started. */
    public Affinity affinity() {
        return affinity;
    }

    /** The threads that own the channels. */
    public Lanes lanes() {
        return lanes;
    }

    /** Leaves the grid with a goodbye. */
    @Override
    public void close() {
        events.close();
        metrics.close();
        affinity.close();
        presence.close();
        member.close();
        close(broker, redis, lanes);
    }

    private static void close(Broker broker, @Nullable RedisServers redis, Lanes lanes) {
        broker.close();
        if (redis != null) {
            redis.close();
        }
        lanes.close();
    }
}
