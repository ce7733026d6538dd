package io.hawser.grid.cluster;

import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.cluster.ClusterEvent.Fenced;
import io.hawser.grid.cluster.ClusterEvent.Merged;
import io.hawser.grid.cluster.ClusterEvent.NoQuorum;
import io.hawser.grid.cluster.ClusterEvent.NodeChanged;
import io.hawser.grid.cluster.ClusterEvent.NodeJoined;
import io.hawser.grid.cluster.ClusterEvent.NodeLeft;
import io.hawser.grid.cluster.ClusterEvent.NodeLost;
import io.hawser.grid.cluster.ClusterEvent.Unfenced;
import io.hawser.grid.heartbeat.FenceReason;
import io.hawser.grid.heartbeat.HeartbeatMesh;
import io.hawser.grid.heartbeat.Life;
import io.hawser.grid.heartbeat.MeshListener;
import io.hawser.grid.heartbeat.Verdict;
import io.hawser.grid.heartbeat.VoteStore;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Between the heartbeat mesh and the registry: the mesh is told who joins and leaves, and what it
 * finds is done: nodes that it gives up are offline and thrown out of Hazelcast, and this node is
 * fenced and unfenced. A node that was given up begins a new life once it is back in the grid.
 * Thread-safe.
 */
final class Membership implements MeshListener, ClusterListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    private final HeartbeatMesh mesh;
    private final VoteStore votes;
    private final Registry registry;
    private final LocalNode local;
    private final Eviction eviction;
    private final Rejoin rejoin;

    Membership(
            HazelcastInstance hazelcast,
            HeartbeatMesh mesh,
            VoteStore votes,
            Registry registry,
            LocalNode local) {
        this.mesh = mesh;
        this.votes = votes;
        this.registry = registry;
        this.local = local;
        this.eviction = new Eviction(hazelcast);
        this.rejoin = new Rejoin(hazelcast, mesh::mayFound, local, this::reborn);
    }

    /** Begins with the nodes that the registry knows. */
    void begin() {
        mesh.begin(life(), others(), this, votes);
    }

    private Life life() {
        return new Life(local.id().value(), local.incarnation());
    }

    private Map<Life, InetSocketAddress> others() {
        Map<Life, InetSocketAddress> others = new HashMap<>();
        for (NodeInfo node : registry.nodes()) {
            InetSocketAddress address = address(node);
            if (!node.id().equals(local.id()) && Roster.isPresent(node) && address != null) {
                others.put(lifeOf(node), address);
            }
        }
        return others;
    }

    private static Life lifeOf(NodeInfo node) {
        return new Life(node.id().value(), node.incarnation());
    }

    /** Null if it sends no heartbeats. Grid hosts are addresses, so nothing is looked up. */
    private static @Nullable InetSocketAddress address(NodeInfo node) {
        if (node.heartbeatAddress().isEmpty()) {
            return null;
        }
        HostPort address = HostPort.parse(node.heartbeatAddress());
        return new InetSocketAddress(address.host(), address.port());
    }

    HeartbeatCounts heartbeats() {
        return HeartbeatCounts.of(mesh.counters(), mesh.mayAct());
    }

    boolean mayAct() {
        return mesh.mayAct();
    }

    // From the grid

    /** Offers all nodes that are there, in case one was missed. */
    void offer() {
        registry.nodes().stream().filter(Roster::isPresent).forEach(this::joined);
    }

    private void joined(NodeInfo node) {
        InetSocketAddress address = address(node);
        if (address != null) {
            mesh.joined(lifeOf(node), address);
        }
    }

    /** Hazelcast has lost a member. */
    void memberGone(String uuid) {
        for (NodeInfo node : registry.nodes()) {
            if (node.memberUuid().equals(uuid) && Roster.isPresent(node)) {
                mesh.connectionLost(lifeOf(node));
            }
        }
    }

    @Override
    public void on(ClusterEvent event) {
        switch (event) {
            case NodeJoined joined -> joined(joined.node());
            case NodeLeft left -> mesh.left(lifeOf(left.node()));
            case Merged _ -> rejoin.merged();
            case NodeChanged _, NodeLost _, Fenced _, Unfenced _, NoQuorum _ -> {
                // the mesh knows, or need not
            }
        }
    }

    // From the mesh, on its thread

    @Override
    public void found(Verdict verdict) {
        switch (verdict) {
            case Verdict.Suspected suspected -> suspected(suspected.node(), true);
            case Verdict.Cleared cleared -> suspected(cleared.node(), false);
            case Verdict.Evicted evicted -> evicted(evicted.node());
            case Verdict.Departed departed -> departed(departed.node());
            case Verdict.Fenced fenced -> fenced(fenced.reason());
            case Verdict.Unfenced _ -> unfenced();
            case Verdict.NoQuorum noQuorum -> noQuorum(noQuorum.lasts());
            case Verdict.Probe _, Verdict.Claim _ -> {
                // the mesh sees to these itself
            }
        }
    }

    private void suspected(Life life, boolean suspected) {
        log.atInfo()
                .addKeyValue("node", life.node())
                .addKeyValue("incarnation", life.incarnation())
                .log(suspected ? "node.suspected" : "node.heard_again");
        registry.roster().suspected(new NodeId(life.node()), life.incarnation(), suspected);
    }

    private void evicted(Life life) {
        log.atWarn()
                .addKeyValue("node", life.node())
                .addKeyValue("incarnation", life.incarnation())
                .log("node.evicted");
        NodeId id = new NodeId(life.node());
        NodeInfo node = registry.node(id);
        registry.roster().evicted(id, life.incarnation());
        if (node != null && node.incarnation() == life.incarnation()) {
            eviction.evict(node.memberUuid());
        }
    }

    private void departed(Life life) {
        registry.roster().saidGoodbye(new NodeId(life.node()), life.incarnation());
    }

    private void fenced(FenceReason reason) {
        log.atWarn().addKeyValue("reason", reason).log("node.fenced");
        local.fence(true);
        registry.changed();
        registry.post(new Fenced(reason));
        if (reason == FenceReason.EVICTED) {
            rejoin.begin();
        }
    }

    private void unfenced() {
        log.atInfo().log("node.unfenced");
        local.fence(false);
        registry.changed();
        registry.post(new Unfenced());
    }

    private void noQuorum(boolean lasts) {
        if (lasts) {
            log.error("no majority of the nodes can be heard; nobody is given up meanwhile");
        } else {
            log.info("a majority of the nodes can be heard again");
        }
        registry.post(new NoQuorum(lasts));
    }

    @Override
    public void rode(Life life, ByteBuffer rider) {
        NodeLoad load = LoadRider.decode(rider);
        if (load != null) {
            registry.roster().load(new NodeId(life.node()), life.incarnation(), load);
        }
    }

    @Override
    public ByteBuffer rider() {
        return LoadRider.encode(local.load());
    }

    /** This node has a new incarnation and is in the grid. */
    private void reborn() {
        mesh.reborn(life(), others());
        registry.reloadSoon();
        registry.post(new Merged());
    }

    /** To be called before the others are told. */
    void leave() {
        mesh.leave();
    }

    void sayGoodbye() {
        votes.remove(local.id().value())
                .whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                log.debug("the view stays until it is forgotten", failure);
                            }
                        });
    }

    @Override
    public void close() {
        rejoin.close();
        mesh.close();
        eviction.close();
    }
}
