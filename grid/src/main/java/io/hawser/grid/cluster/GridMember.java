package io.hawser.grid.cluster;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.heartbeat.HeartbeatMesh;
import io.hawser.grid.heartbeat.MeshSettings;
import io.hawser.grid.heartbeat.VoteStore;
import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * This node's part in the grid: an embedded Hazelcast member, the registry of nodes, surveys.
 * Thread-safe; {@link #start} and {@link #close} block for seconds.
 *
 * <p>Without a directory and without seeds it is a grid of one that looks for nobody.
 */
public final class GridMember implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GridMember.class);
    private static final String GOODBYE = "hawser.goodbye";
    private static final Duration GOODBYE_TIMEOUT = Duration.ofMillis(500);

    /** Free ports tried where any will do. */
    private static final int MAX_PORTS = 5;

    private final HazelcastInstance hazelcast;
    private final LocalNode local;
    private final Registry registry;
    private final Survey survey;
    private final @Nullable Announcer announcer;
    private final @Nullable Membership membership;
    private final int port;
    private final Consumer<GridRefusedException> onExpelled;
    private final AtomicBoolean closed = new AtomicBoolean();

    private GridMember(
            HazelcastInstance hazelcast,
            LocalNode local,
            @Nullable Announcer announcer,
            @Nullable Pulse pulse,
            int port,
            Consumer<GridRefusedException> onExpelled) {
        this.hazelcast = hazelcast;
        this.local = local;
        this.announcer = announcer;
        this.port = port;
        this.onExpelled = onExpelled;
        this.registry = new Registry(hazelcast, local);
        this.survey = new Survey(hazelcast, registry);
        this.membership =
                pulse == null
                        ? null
                        : new Membership(hazelcast, pulse.mesh(), pulse.votes(), registry, local);
    }

    /** Heartbeats, and the store for what they cannot decide. */
    private record Pulse(HeartbeatMesh mesh, VoteStore votes) {}

    /**
     * Joins the grid, or founds it if nobody is found. The node is {@link NodeStatus#STARTING}
     * until {@link Registry#become} says otherwise.
     *
     * @param directory where nodes find each other, null if there is none
     * @param votes where nodes that do not hear each other meet. Null: no heartbeats are sent, and
     *     Hazelcast alone decides who is alive, which takes it ten seconds for one that hangs
     * @param load this node's load, asked for once a second; must not block
     * @param onExpelled called at most once, if the node has to leave the grid later: it started
     *     apart from the grid and, when they merged, its id or its broker did not fit. The member
     *     is closed then.
     * @throws GridRefusedException if the grid does not take this node
     * @throws GridStartException if the member cannot start or the grid does not answer
     */
    public static GridMember start(
            GridSettings settings,
            @Nullable NodeDirectory directory,
            @Nullable VoteStore votes,
            Supplier<NodeLoad> load,
            Consumer<GridRefusedException> onExpelled) {
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(settings, directory, votes, load, onExpelled);
            } catch (GridStartException e) {
                // A port that was free a moment ago may be somebody's now.
                if (settings.port() != 0 || attempt == MAX_PORTS) {
                    throw e;
                }
                log.info("trying another port for the grid member", e);
            }
        }
    }

    private static GridMember startOnce(
            GridSettings settings,
            @Nullable NodeDirectory directory,
            @Nullable VoteStore votes,
            Supplier<NodeLoad> load,
            Consumer<GridRefusedException> onExpelled) {
        NodeId id = settings.profile().id();
        Peers peers = new Peers(settings.key(), settings.seeds(), directory);
        int port = settings.port() == 0 ? freePort(settings.host()) : settings.port();
        String address = new HostPort(settings.host(), port).toString();
        long known = new DirectoryCheck(settings.key(), peers, directory).pass(id, address);
        Pulse pulse = pulse(settings, votes);
        LocalNode local =
                new LocalNode(settings.profile(), address, heartbeatAddress(settings, pulse), load);
        local.bornAs(known);
        Announcer announcer = announcer(settings.key(), directory, local, peers);
        try {
            HazelcastInstance hazelcast =
                    Hazelcast.newHazelcastInstance(MemberConfig.of(settings, port, peers));
            local.joinedAs(() -> hazelcast.getCluster().getLocalMember().getUuid().toString());
            GridMember member =
                    new GridMember(hazelcast, local, announcer, pulse, port, onExpelled);
            member.enter(new Contract(settings.contract()), known);
            return member;
        } catch (HazelcastException | IllegalStateException e) {
            stop(announcer);
            stop(pulse);
            throw new GridStartException(
                    "the grid member of node "
                            + id
                            + " cannot start at "
                            + address
                            + "; the lines that com.hazelcast has logged before say why",
                    e);
        } catch (RuntimeException e) {
            stop(announcer);
            stop(pulse);
            throw e;
        }
    }

    public HazelcastInstance hazelcast() {
        return hazelcast;
    }

    public Registry registry() {
        return registry;
    }

    public Survey survey() {
        return survey;
    }

    /** What this node's heartbeats have come to. */
    public HeartbeatCounts heartbeats() {
        return membership == null ? HeartbeatCounts.NONE : membership.heartbeats();
    }

    /** Port of the grid member. */
    public int port() {
        return port;
    }

    /**
     * Says goodbye, waits up to ten seconds for this member's data to move to others, and leaves.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            if (membership != null) {
                membership.leave();
            }
            registry.become(NodeStatus.LEFT);
            if (announcer != null) {
                announcer.withdraw();
            }
            registry.close();
            sayGoodbye();
            stop(membership);
            hazelcast.shutdown();
        }
    }

    private void enter(Contract contract, long known) {
        try {
            contract.breach(hazelcast.getCluster().getMembers())
                    .ifPresent(
                            breach -> {
                                throw breach;
                            });
            new NodeClaim(hazelcast, local).take(known);
            survey.handle(GOODBYE, this::hearGoodbye);
            registry.listen(new ZoneWatch(local.info().profile().zone()));
            registry.start(new GridWatch(hazelcast, registry, local, contract, this::expel));
            if (membership != null) {
                membership.begin();
                registry.judgedBy(membership);
            }
        } catch (RuntimeException e) {
            stop(membership);
            registry.abandon();
            hazelcast.shutdown();
            throw e;
        }
    }

    /** Called on Hazelcast's threads, which must not wait for the member to stop. */
    private void expel(GridRefusedException why) {
        if (closed.compareAndSet(false, true)) {
            Thread.ofPlatform()
                    .name("grid-expelled")
                    .start(
                            () -> {
                                log.error("leaving the grid: {}", why.getMessage());
                                stop(announcer);
                                stop(membership);
                                registry.abandon();
                                hazelcast.shutdown();
                                onExpelled.accept(why);
                            });
        }
    }

    /** In person, since the last entry could reach the others after the news of our going. */
    private void sayGoodbye() {
        String words = local.incarnation() + " " + local.id();
        CompletableFuture<?> heard =
                survey.ask(GOODBYE, Payload.of(words), GOODBYE_TIMEOUT).toCompletableFuture();
        heard.exceptionally(
                        e -> {
                            log.info("leaving without a goodbye", e);
                            return null;
                        })
                .join();
    }

    private Payload hearGoodbye(Payload words) {
        String[] parts = words.toString().split(" ", 2);
        registry.roster().saidGoodbye(new NodeId(parts[1]), Long.parseLong(parts[0]));
        return Payload.EMPTY;
    }

    private static @Nullable Announcer announcer(
            ClusterKey key, @Nullable NodeDirectory directory, LocalNode local, Peers peers) {
        if (directory == null) {
            return null;
        }
        Announcer announcer =
                new Announcer(
                        local.id(), directory, () -> local.directoryEntry(key), peers::overwrote);
        announcer.start();
        return announcer;
    }

    private static @Nullable Pulse pulse(GridSettings settings, @Nullable VoteStore votes) {
        if (votes == null) {
            return null;
        }
        var local = new InetSocketAddress(settings.host(), settings.heartbeat().port());
        try {
            HeartbeatMesh mesh =
                    HeartbeatMesh.open(
                            new MeshSettings(
                                    settings.heartbeat().times(),
                                    local,
                                    settings.key().heartbeatKey()));
            return new Pulse(mesh, votes);
        } catch (IOException e) {
            throw new GridStartException(
                    "heartbeats cannot be taken at UDP "
                            + new HostPort(settings.host(), settings.heartbeat().port())
                            + " ("
                            + e.getMessage()
                            + "): is another node running there? Change grid.heartbeat_port, or"
                            + " grid.port",
                    e);
        }
    }

    private static String heartbeatAddress(GridSettings settings, @Nullable Pulse pulse) {
        return pulse == null ? "" : new HostPort(settings.host(), pulse.mesh().port()).toString();
    }

    private static void stop(@Nullable Pulse pulse) {
        if (pulse != null) {
            pulse.mesh().close();
        }
    }

    private static void stop(@Nullable Membership membership) {
        if (membership != null) {
            membership.sayGoodbye();
            membership.close();
        }
    }

    private static void stop(@Nullable Announcer announcer) {
        if (announcer != null) {
            announcer.close();
        }
    }

    private static int freePort(String host) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new GridStartException("no free port at " + host, e);
        }
    }
}
