package io.hawser.grid.presence;

import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.presence.LocalMembers.Ref;
import io.hawser.grid.pubsub.ClientInfo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Who is in a channel, on whatever node. Each node writes its own clients into a shared map, by
 * channel, node, incarnation and client; those of nodes that are not live do not count. This node's
 * own are always taken from memory, so it sees its own changes at once, others a moment later.
 *
 * <p>Thread-safe. {@link #add} and {@link #remove} never block and may be called on I/O threads;
 * questions are answered on virtual threads.
 */
public final class Presence implements AutoCloseable {
    private static final long READ_TIMEOUT_MS = 500;

    /** Questions under way at most: with a hung member each may wait for seconds. */
    private static final int MAX_READS = 512;

    private static final int MAX_MARKED = 65_536;

    private final HazelcastInstance hazelcast;
    private final LiveNodes nodes;
    private final LocalMembers local = new LocalMembers();
    private final PresenceMap map;
    private final PresenceWriter writer;
    private final PresenceCleaner cleaner;
    private final Semaphore reads = new Semaphore(MAX_READS);

    /**
     * @param lost hears of clients that were lost with a node
     */
    public Presence(HazelcastInstance hazelcast, LiveNodes nodes, LostClients lost) {
        this.hazelcast = hazelcast;
        this.nodes = nodes;
        this.map = new PresenceMap(hazelcast);
        this.writer = new PresenceWriter(local, map, nodes, MAX_MARKED);
        this.cleaner = new PresenceCleaner(map, nodes, lost);
    }

    /** Settings of the shared map; the grid's members must be started with them. */
    public static MapConfig mapConfig() {
        return PresenceMap.config();
    }

    /** Starts writing. Called once, when this node has its incarnation. */
    public void start() {
        writer.start();
        cleaner.start();
    }

    /**
     * A client of this node is in the channel from now on, or its information has changed.
     *
     * @param announceLeave whether others are to be told if the client is lost with this node
     */
    public void add(String channel, ClientInfo info, boolean announceLeave) {
        local.put(channel, new Member(info, announceLeave));
        writer.changed(new Ref(channel, info.client()));
    }

    /** A client of this node is in the channel no more. */
    public void remove(String channel, String client) {
        if (local.remove(channel, client)) {
            writer.changed(new Ref(channel, client));
        }
    }

    /**
     * The channel's clients by client id.
     *
     * @return exceptional after 500 ms with a {@link java.util.concurrent.TimeoutException}, or
     *     earlier with a {@link PresenceException}, if the grid does not say
     */
    public CompletionStage<Map<String, ClientInfo>> members(String channel) {
        if (hazelcast.getCluster().getMembers().size() == 1) {
            return CompletableFuture.completedFuture(addLocal(channel, new HashMap<>()));
        }
        if (!reads.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new PresenceException("too many presence questions under way"));
        }
        CompletableFuture<Map<String, ClientInfo>> result = new CompletableFuture<>();
        Thread.ofVirtual().name("presence-read").start(() -> read(channel, result));
        return result.orTimeout(READ_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    /** How many are in the channel; exceptional as {@link #members} is. */
    public CompletionStage<PresenceStats> stats(String channel) {
        return members(channel).thenApply(Presence::count);
    }

    /** A node is gone, or an earlier life of it. */
    public void nodeGone(String node) {
        cleaner.nodeGone(node);
        // Entries of ours may have been lost with it, if their backup was lost before.
        writer.assertAll();
    }

    /** Writes this node's clients anew: after a merge the other half does not have them. */
    public void assertAll() {
        writer.assertAll();
    }

    /** Changes that wait to be written to the grid. */
    public int waiting() {
        return writer.waiting();
    }

    /** Writes to the grid that failed, since the start. */
    public long failures() {
        return writer.failures();
    }

    /** Changes that found the queue full, since the start; all is written anew after each. */
    public long overflows() {
        return writer.overflows();
    }

    /** Writes what waits, for three seconds at most, and stops. */
    @Override
    public void close() {
        cleaner.close();
        writer.close();
    }

    private void read(String channel, CompletableFuture<Map<String, ClientInfo>> result) {
        try {
            Map<String, ClientInfo> members = new HashMap<>();
            map.ofChannel(channel)
                    .forEach(
                            (key, entry) -> {
                                if (isOfOtherLiveNode(key)) {
                                    members.put(key.client(), entry.toInfo(key.client()));
                                }
                            });
            result.complete(addLocal(channel, members));
        } catch (RuntimeException e) {
            result.completeExceptionally(
                    new PresenceException("the grid does not say who is in the channel", e));
        } finally {
            reads.release();
        }
    }

    private boolean isOfOtherLiveNode(PresenceKey key) {
        return !key.node().equals(nodes.localNode()) && nodes.isLive(key.node(), key.incarnation());
    }

    private Map<String, ClientInfo> addLocal(String channel, Map<String, ClientInfo> members) {
        local.of(channel).forEach((client, member) -> members.put(client, member.info()));
        return members;
    }

    private static PresenceStats count(Map<String, ClientInfo> members) {
        Set<String> users = new HashSet<>();
        members.values().forEach(info -> users.add(info.user()));
        return new PresenceStats(members.size(), users.size());
    }
}
