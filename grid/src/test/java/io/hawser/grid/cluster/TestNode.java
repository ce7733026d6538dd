package io.hawser.grid.cluster;

import static org.awaitility.Awaitility.await;

import io.hawser.grid.heartbeat.VoteStore;
import io.hawser.grid.presence.Presence;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A node of a grid on loopback, in this JVM, that remembers what it was told. Thread-safe. */
public final class TestNode implements AutoCloseable {
    private static final Duration ANSWERED = Duration.ofSeconds(30);

    /** How it takes part; each setting may be changed before the start. */
    public static final class Plan {
        private final String id;
        private ClusterKey key = new ClusterKey("test", "secret");
        private int port;
        private List<String> seeds = List.of();
        private String contract = "local";
        private @Nullable NodeDirectory directory;
        private @Nullable VoteStore votes;
        private String zone = "a";

        private Plan(String id) {
            this.id = id;
        }

        public Plan key(ClusterKey value) {
            key = value;
            return this;
        }

        public Plan seed(TestNode node) {
            seeds = List.of("127.0.0.1:" + node.member.port());
            return this;
        }

        public Plan port(int value) {
            port = value;
            return this;
        }

        public Plan contract(String value) {
            contract = value;
            return this;
        }

        public Plan directory(NodeDirectory value) {
            directory = value;
            return this;
        }

        public Plan zone(String value) {
            zone = value;
            return this;
        }

        public Plan votes(VoteStore value) {
            votes = value;
            return this;
        }

        public TestNode start() {
            return new TestNode(this);
        }
    }

    private final List<ClusterEvent> events = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final CompletableFuture<GridRefusedException> expelled = new CompletableFuture<>();
    private final GridMember member;
    private final Presence presence;

    private TestNode(Plan plan) {
        var settings =
                new GridSettings(
                        Nodes.profile(plan.id, plan.zone),
                        plan.key,
                        "127.0.0.1",
                        plan.port,
                        HeartbeatSettings.DEFAULT,
                        plan.seeds,
                        plan.contract,
                        List.of(Presence.mapConfig()));
        member =
                GridMember.start(
                        settings,
                        plan.directory,
                        plan.votes,
                        () -> new NodeLoad(7, 100, 0.5, 0.25, 3, 0),
                        expelled::complete);
        presence =
                new Presence(
                        member.hazelcast(),
                        member.registry(),
                        (channel, client) -> lost.add(channel + "/" + client.client()));
        member.registry().listen(events::add);
        member.registry().listen(new PresenceFeed(presence));
        presence.start();
        member.registry().become(NodeStatus.ACTIVE);
    }

    public static Plan plan(String id) {
        return new Plan(id);
    }

    public GridMember member() {
        return member;
    }

    public Presence presence() {
        return presence;
    }

    public Registry registry() {
        return member.registry();
    }

    /** Ids of the nodes that are live in its copy of the registry. */
    public Set<String> live() {
        Set<String> ids = new TreeSet<>();
        registry().live().forEach(node -> ids.add(node.id().value()));
        return ids;
    }

    /** What happened to the node of that id. */
    public List<Class<?>> eventsOf(String id) {
        List<Class<?>> types = new CopyOnWriteArrayList<>();
        for (ClusterEvent event : events) {
            NodeInfo node =
                    switch (event) {
                        case ClusterEvent.NodeJoined joined -> joined.node();
                        case ClusterEvent.NodeLeft left -> left.node();
                        case ClusterEvent.NodeLost gone -> gone.node();
                        case ClusterEvent.NodeChanged _,
                                ClusterEvent.Merged _,
                                ClusterEvent.Fenced _,
                                ClusterEvent.Unfenced _,
                                ClusterEvent.NoQuorum _ ->
                                null;
                    };
            if (node != null && node.id().value().equals(id)) {
                types.add(event.getClass());
            }
        }
        return types;
    }

    /** True if its part of the grid was merged into a larger one. */
    public boolean merged() {
        return events.contains(new ClusterEvent.Merged());
    }

    /** {@code channel/client} of the lost clients it was told to announce. */
    public List<String> lost() {
        return lost;
    }

    public CompletableFuture<GridRefusedException> expelled() {
        return expelled;
    }

    public void enter(String channel, String client) {
        presence.add(channel, info(client), true);
    }

    /**
     * Clients in the channel, as it sees it: its first answer. A question has none where the grid
     * is busy for half a second, as it can be while tests share two cores.
     */
    public Set<String> clients(String channel) {
        return await().atMost(ANSWERED)
                .ignoreException(ExecutionException.class)
                .until(() -> ask(channel), _ -> true);
    }

    private Set<String> ask(String channel) throws Exception {
        Map<String, ClientInfo> members =
                presence.members(channel).toCompletableFuture().get(5, TimeUnit.SECONDS);
        return new TreeSet<>(members.keySet());
    }

    public static ClientInfo info(String client) {
        return new ClientInfo(
                "user-of-" + client, client, Payload.of("{\"c\":1}"), Payload.of("{\"s\":2}"));
    }

    @Override
    public void close() {
        presence.close();
        member.close();
    }
}
