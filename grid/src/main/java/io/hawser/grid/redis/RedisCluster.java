package io.hawser.grid.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.Timer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A Redis Cluster. The driver says which master has which slot; each master gets connections of its
 * own, as any other server does, so that nothing is redirected, overtaken or sent twice. When a
 * slot changes its master (failover, resharding) its channels move to the other's connections.
 * Thread-safe; one thread asks for the slots: now and then, and at once when something is in doubt.
 *
 * <p>While a slot is being moved, Redis refuses what concerns keys that have moved already; that
 * fails as if the server was away.
 */
public final class RedisCluster implements RedisServers {
    private static final Logger log = LoggerFactory.getLogger(RedisCluster.class);

    /** Pauses between two looks: if all is well, if not, and at least. */
    private static final long LOOK_EVERY_MS = 5000;

    private static final long LOOK_IN_TROUBLE_EVERY_MS = 300;
    private static final long LOOK_AT_MOST_EVERY_MS = 100;

    /** The driver's own, for the occasional commands; by default up to 30 s. */
    private static final Delay RECONNECT =
            Delay.fullJitter(Duration.ofMillis(50), Duration.ofMillis(500), 50, MILLISECONDS);

    private final RedisSettings settings;
    private final RedisURI seed;
    private final ClientResources resources =
            DriverThreads.builder().reconnectDelay(RECONNECT).build();
    private final RedisClusterClient client;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Semaphore doubts = new Semaphore(0);
    private final AtomicBoolean started = new AtomicBoolean();
    private final Thread thread;
    private volatile Slots slots = Slots.NONE;

    /** The driver's own connection, for occasional commands. For the thread that looks. */
    private @Nullable StatefulRedisClusterConnection<String, String> occasional;

    /** The same, once it is connected to each master: until then it refuses commands. */
    private volatile @Nullable StatefulRedisClusterConnection<String, String> text;

    private volatile boolean closed;

    /**
     * A master as far as its connections go.
     *
     * @param sharded whether it knows SPUBLISH
     */
    private record Master(String host, int port, boolean sharded) {}

    /** Who has which slot. Immutable. */
    private static final class Slots {
        static final Slots NONE = new Slots(Map.of(), new RedisConnections[SlotHash.SLOT_COUNT]);

        final Map<Master, RedisConnections> masters;
        private final @Nullable RedisConnections[] bySlot;

        /**
         * @param bySlot from now on nobody else's
         */
        Slots(Map<Master, RedisConnections> masters, @Nullable RedisConnections[] bySlot) {
            this.masters = Map.copyOf(masters);
            this.bySlot = bySlot;
        }

        @Nullable RedisConnections of(String tag) {
            return bySlot[SlotHash.getSlot(tag)];
        }

        boolean isComplete() {
            return Arrays.stream(bySlot).allMatch(Objects::nonNull);
        }

        boolean isAsBefore(Slots before) {
            return Arrays.equals(bySlot, before.bySlot);
        }
    }

    RedisCluster(RedisSettings settings) {
        this.settings = settings;
        List<RedisURI> seeds = settings.addresses();
        this.seed = seeds.getFirst();
        this.client = RedisClusterClient.create(resources, seeds);
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        RedisConnections.options(options, settings);
        client.setOptions(
                options.validateClusterNodeMembership(false)
                        .nodeFilter(RedisCluster::isOfUse)
                        .build());
        this.thread = Thread.ofPlatform().name("redis-cluster").daemon().unstarted(this::run);
    }

    /**
     * One that has failed and has nothing any more is asked by what asks all, and would fail it.
     */
    private static boolean isOfUse(RedisClusterNode node) {
        boolean gone = node.is(NodeFlag.FAIL) && node.hasNoSlots();
        return !gone && !node.is(NodeFlag.HANDSHAKE) && !node.is(NodeFlag.NOADDR);
    }

    @Override
    public void listen(Runnable changed) {
        listeners.add(changed);
    }

    @Override
    public void start() {
        if (started.compareAndSet(false, true)) {
            thread.start();
        }
        slots.masters.values().forEach(RedisConnections::start);
    }

    private void run() {
        boolean reported = false;
        while (!closed) {
            try {
                look();
                reported = false;
            } catch (RuntimeException e) {
                if (!reported) {
                    log.warn(
                            "the Redis Cluster does not say who has what, trying on: {}",
                            e.toString());
                    reported = true;
                }
            }
            try {
                awaitNext(!reported && isWell());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean isWell() {
        Slots now = slots;
        return now.isComplete() && now.masters.values().stream().allMatch(RedisConnections::isUp);
    }

    /** Doubts that came meanwhile are one. */
    private void awaitNext(boolean well) throws InterruptedException {
        Thread.sleep(LOOK_AT_MOST_EVERY_MS);
        long pauseMs = well ? LOOK_EVERY_MS : LOOK_IN_TROUBLE_EVERY_MS;
        if (doubts.tryAcquire(pauseMs, MILLISECONDS)) {
            doubts.drainPermits();
        }
    }

    private void doubt() {
        if (doubts.availablePermits() == 0) {
            doubts.release();
        }
    }

    private void look() {
        StatefulRedisClusterConnection<String, String> connection = occasional;
        if (connection == null) {
            connection = client.connect();
            occasional = connection;
        } else {
            client.refreshPartitions();
        }
        Slots before = slots;
        Slots now = slots(connection, before);
        text = connection;
        if (now.isAsBefore(before)) {
            return;
        }
        slots = now;
        log.info("masters of the Redis Cluster: {}", now.masters.values());
        listeners.forEach(Runnable::run);
        for (Map.Entry<Master, RedisConnections> old : before.masters.entrySet()) {
            if (!now.masters.containsKey(old.getKey())) {
                Thread.ofVirtual().name("redis-gone").start(old.getValue()::close);
            }
        }
    }

    private Slots slots(StatefulRedisClusterConnection<String, String> connection, Slots before) {
        Map<Master, RedisConnections> masters = new HashMap<>();
        @Nullable RedisConnections[] bySlot = new RedisConnections[SlotHash.SLOT_COUNT];
        for (RedisClusterNode node : client.getPartitions()) {
            if (node.is(NodeFlag.UPSTREAM) && !node.hasNoSlots()) {
                Master master = master(connection, node, before);
                RedisConnections its = before.masters.get(master);
                RedisConnections server = its == null ? connections(master) : its;
                masters.put(master, server);
                node.forEachSlot(slot -> bySlot[slot] = server);
            }
        }
        return new Slots(masters, bySlot);
    }

    /** One that does not answer is what it was; a new one that does not, what most are. */
    private static Master master(
            StatefulRedisClusterConnection<String, String> connection,
            RedisClusterNode node,
            Slots before) {
        String host = node.getUri().getHost();
        int port = node.getUri().getPort();
        try {
            return new Master(host, port, knowsSharded(connection, host, port));
        } catch (RedisException e) {
            log.debug("{}:{} does not say what it knows", host, port, e);
            return before.masters.keySet().stream()
                    .filter(known -> known.host().equals(host) && known.port() == port)
                    .findFirst()
                    .orElseGet(() -> new Master(host, port, true));
        }
    }

    /**
     * Since Redis 7.0. A user who may not ask gets plain publish and subscribe, on every node. Asks
     * over the connection that commands for the master's slots take, and so has it made.
     */
    private static boolean knowsSharded(
            StatefulRedisClusterConnection<String, String> connection, String host, int port) {
        try {
            return connection.getConnection(host, port).sync().commandInfo("spublish").stream()
                    .anyMatch(Objects::nonNull);
        } catch (RedisCommandExecutionException e) {
            log.warn(
                    "cannot ask a server for its commands, so no sharded publish: {}",
                    e.toString());
            return false;
        }
    }

    private RedisConnections connections(Master master) {
        RedisURI uri =
                RedisURI.builder(seed).withHost(master.host()).withPort(master.port()).build();
        return new RedisConnections(
                settings,
                uri,
                new RedisConnections.Membership(resources, true, master.sharded(), this::doubt));
    }

    @Override
    public List<RedisConnections> all() {
        return List.copyOf(slots.masters.values());
    }

    @Override
    public boolean isComplete() {
        return slots.isComplete();
    }

    @Override
    public @Nullable RedisConnections of(String tag) {
        return slots.of(tag);
    }

    @Override
    public Tenure tenure(String tag) {
        return Tenure.ALWAYS;
    }

    @Override
    public @Nullable RedisConnections toAll(String busName) {
        return of(busName);
    }

    /** Only over the one that has the slot: it would come over all of them. */
    @Override
    public boolean bringsToAll(RedisConnections server, String busName) {
        return server.equals(of(busName));
    }

    /** Redirected and repeated by the driver, as need be. */
    @Override
    public Supplier<@Nullable RedisClusterAsyncCommands<String, String>> textCommands() {
        return () -> {
            StatefulRedisClusterConnection<String, String> connection = text;
            return connection == null ? null : connection.async();
        };
    }

    @Override
    public Supplier<@Nullable RedisClusterAsyncCommands<String, String>> decidingCommands() {
        return textCommands();
    }

    @Override
    public String identity() {
        return settings.identity();
    }

    @Override
    public Timer timer() {
        return resources.timer();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        slots.masters.values().forEach(RedisConnections::close);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        DriverThreads.shutdown(resources);
    }
}
