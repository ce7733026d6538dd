package io.hawser.grid.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

import io.hawser.grid.presence.LiveNodes;
import io.hawser.grid.presence.NodeLife;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All nodes of the grid. Each node writes its own entry into a shared map once a second and when
 * something changes; every node keeps a local copy, and what is read here is always that copy: no
 * read blocks or leaves the process. A node whose member the grid has lost is {@link
 * NodeStatus#OFFLINE} in the copy at once, and is forgotten after a minute.
 *
 * <p>Thread-safe. Shared maps are touched only by a thread of its own, each time for half a second
 * at most.
 */
public final class Registry implements LiveNodes {
    private static final Logger log = LoggerFactory.getLogger(Registry.class);
    private static final long HEARTBEAT_MS = 1_000;
    private static final long MAP_TIMEOUT_MS = 500;

    /** How long a node that has gone stays visible. */
    private static final long FORGET_AFTER_MS = 60_000;

    private final HazelcastInstance hazelcast;
    private final IMap<String, NodeInfo> map;
    private final LocalNode local;
    private final Roster roster;
    private final EventLine events = new EventLine();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("grid-registry").factory());

    /** When a departed node was first seen so, in ms of nanoTime; the registry's thread only. */
    private final Map<NodeId, Long> departedSinceMs = new HashMap<>();

    private volatile boolean failing;

    /** Who judges which nodes are alive; null if only Hazelcast does. */
    private volatile @Nullable Membership membership;

    Registry(HazelcastInstance hazelcast, LocalNode local) {
        this.hazelcast = hazelcast;
        this.map = hazelcast.getMap(RegistryMaps.NODES);
        this.local = local;
        this.roster = new Roster(events::post);
    }

    /** All nodes known, also those that have gone a short while ago, by id. */
    public Collection<NodeInfo> nodes() {
        return roster.nodes();
    }

    /** A node, null if it is not known. */
    public @Nullable NodeInfo node(NodeId id) {
        return roster.node(id);
    }

    /** Nodes that count as a part of the grid, this one included, by id. */
    public List<NodeInfo> live() {
        return roster.nodes().stream().filter(NodeInfo::isLive).toList();
    }

    /** This node, as it is now. */
    public NodeInfo local() {
        return local.info();
    }

    /** Id of this node. */
    public NodeId localId() {
        return local.id();
    }

    @Override
    public String localNode() {
        return local.id().value();
    }

    @Override
    public long localIncarnation() {
        return local.incarnation();
    }

    @Override
    public List<NodeLife> lives() {
        return live().stream()
                .map(node -> new NodeLife(node.id().value(), node.incarnation()))
                .toList();
    }

    @Override
    public boolean isLive(String id, long incarnation) {
        NodeInfo node = roster.node(new NodeId(id));
        return node != null && node.incarnation() == incarnation && node.isLive();
    }

    @Override
    public boolean isOver(String id, long incarnation) {
        NodeInfo node = roster.node(new NodeId(id));
        return node != null
                && (node.incarnation() > incarnation
                        || (node.incarnation() == incarnation && !Roster.isPresent(node)));
    }

    /**
     * True if this node's member is the oldest: it does what one node has to do for all. While the
     * grid is split each part may have one for a moment, so whatever it does must be idempotent.
     * With heartbeats there is none where no majority is.
     */
    @Override
    public boolean isCoordinator() {
        Membership judge = membership;
        return hazelcast.getCluster().getMembers().iterator().next().localMember()
                && (judge == null || judge.mayAct());
    }

    /** Tells of what happens from now on. */
    public void listen(ClusterListener listener) {
        events.add(listener);
    }

    /** This node listens now; the others hear of it at once. */
    public void listeningOn(int port, int adminPort) {
        local.listeningOn(port, adminPort);
        writeSoon();
    }

    /** This node's new status; the others hear of it at once. */
    public void become(NodeStatus status) {
        local.become(status);
        writeSoon();
    }

    /** Takes in what the grid knows, then keeps this node's entry fresh. */
    void start(GridWatch watch) {
        events.start();
        watch.attach(map);
        guarded(this::reload);
        var _ = thread.scheduleAtFixedRate(this::tick, 0, HEARTBEAT_MS, TimeUnit.MILLISECONDS);
    }

    /** From now on heartbeats decide who is alive. */
    void judgedBy(Membership judge) {
        events.add(judge);
        membership = judge;
    }

    /** Hazelcast has lost a member. */
    void memberGone(String uuid) {
        Membership judge = membership;
        if (judge == null) {
            roster.memberRemoved(uuid);
        } else {
            judge.memberGone(uuid);
        }
    }

    /** What this node says of itself is something else now. */
    void changed() {
        writeSoon();
    }

    Roster roster() {
        return roster;
    }

    void post(ClusterEvent event) {
        events.post(event);
    }

    /** After a merge: the members are others now, and this node's entry may be missing. */
    void reloadSoon() {
        execute(
                () -> {
                    reload();
                    write();
                });
    }

    /** Stops the heartbeat, after a last entry with the status as it is now. */
    void close() {
        execute(this::write);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(2 * MAP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                log.warn("the registry's thread is still busy");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.close();
    }

    /** Stops without a last word. */
    void abandon() {
        thread.shutdownNow();
        events.close();
    }

    private void writeSoon() {
        execute(this::write);
    }

    private void execute(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            log.debug("the registry is closed", e);
        }
    }

    private void tick() {
        guarded(
                () -> {
                    write();
                    roster.missing(memberUuids()).forEach(this::memberGone);
                    Membership judge = membership;
                    if (judge != null) {
                        judge.offer();
                    }
                    forgetDeparted();
                });
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void guarded(Runnable task) {
        try {
            task.run();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("the grid's registry does not answer, retrying", e);
            }
            failing = true;
        }
    }

    private void write() {
        NodeInfo entry = local();
        roster.written(entry);
        await(map.setAsync(entry.id().value(), entry));
    }

    private void reload() {
        Collection<NodeInfo> entries = map.values();
        Set<String> members = memberUuids(); // read last: who writes is a member already
        roster.missing(members).forEach(this::memberGone);
        for (NodeInfo entry : entries) {
            if (!members.contains(entry.memberUuid())) {
                memberGone(entry.memberUuid());
            }
        }
        roster.stored(entries);
    }

    private void forgetDeparted() {
        long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        Set<NodeId> departed = new HashSet<>();
        for (NodeInfo node : roster.departed(memberUuids())) {
            departed.add(node.id());
            long sinceMs = departedSinceMs.computeIfAbsent(node.id(), _ -> nowMs);
            if (nowMs - sinceMs > FORGET_AFTER_MS) {
                forget(node);
            }
        }
        departedSinceMs.keySet().retainAll(departed);
    }

    private void forget(NodeInfo node) {
        if (isCoordinator()) {
            await(map.removeAsync(node.id().value()));
        }
        roster.forgotten(node.id());
    }

    private Set<String> memberUuids() {
        Set<String> uuids = new LinkedHashSet<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            uuids.add(member.getUuid().toString());
        }
        return uuids;
    }

    private static <T> void await(CompletionStage<T> stage) {
        try {
            var _ = stage.toCompletableFuture().get(MAP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new HazelcastException("no answer from the grid", e);
        }
    }
}
