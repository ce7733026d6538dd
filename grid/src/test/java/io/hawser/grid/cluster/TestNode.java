package io.hawser.grid.cluster;

import static org.awaitility.Awaitility.await;

import io.hawser.grid.heartbeat.VoteStore;
import io.hawser.grid.presence.Announcement;
import io.hawser.grid.presence.MemberList;
import io.hawser.grid.presence.MemberPage;
import io.hawser.grid.presence.Presence;
import io.hawser.grid.presence.PresenceStats;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A node of a grid on loopback, in this JVM, that remembers what it was told. Thread-safe. */
public final class TestNode implements AutoCloseable {
    private static final Duration ANSWERED = Duration.ofSeconds(30);
    private static final int ANNOUNCE_UP_TO = 1_000;
    private static final int MOST = 10_000;

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
    private final List<String> told = new CopyOnWriteArrayList<>();
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
                        Presence.mapConfigs(),
                        List.of());
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
                        new PresenceCalls(member.survey()),
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

    /** {@code +channel/client} and {@code -channel/client} as presence had it told. */
    public List<String> told() {
        return told;
    }

    public void enter(String channel, String client) {
        enter(channel, info(client), ANNOUNCE_UP_TO);
    }

    public void enter(String channel, ClientInfo info, int announceUpTo) {
        Runnable tell = () -> told.add("+" + channel + "/" + info.client());
        presence.enter(channel, info, true, Announcement.ofClients(announceUpTo), tell);
    }

    public void leave(String channel, String client) {
        presence.leave(channel, info(client), () -> told.add("-" + channel + "/" + client));
    }

    /** Tells of users: {@code +channel/user}. */
    public void enterUser(String channel, ClientInfo info) {
        Runnable tell = () -> told.add("+" + channel + "/" + info.user());
        presence.enter(channel, info, true, new Announcement(ANNOUNCE_UP_TO, true), tell);
    }

    /** As {@link #enterUser}: {@code -channel/user}. */
    public void leaveUser(String channel, ClientInfo info) {
        presence.leave(channel, info, () -> told.add("-" + channel + "/" + info.user()));
    }

    public PresenceStats stats(String channel) {
        return answer(() -> presence.stats(channel));
    }

    /** As {@link Presence#members} answers. */
    public MemberList members(String channel, int most) {
        return answer(() -> presence.members(channel, most));
    }

    /** A page of which no node is missing. */
    public MemberPage page(String channel, String after, int limit) {
        return await().atMost(ANSWERED)
                .pollDelay(Duration.ZERO)
                .until(
                        () -> answer(() -> presence.page(channel, after, limit)),
                        page -> page.missing().isEmpty());
    }

    /** A busy machine may take longer for an answer than a caller waits: asked again. */
    private static <T> T answer(Supplier<CompletionStage<T>> question) {
        return await().atMost(ANSWERED)
                .pollDelay(Duration.ZERO)
                .ignoreException(ExecutionException.class)
                .until(
                        () -> question.get().toCompletableFuture().get(5, TimeUnit.SECONDS),
                        _ -> true);
    }

    /** Entries in the grid's map of counters. */
    public int shares() {
        return member.hazelcast().getMap("presence-shares").size();
    }

    /** Entries in the grid's roll. */
    public int roll() {
        return member.hazelcast().getMap("presence-roll").size();
    }

    /** Entries in the grid's roll of users. */
    public int users() {
        return member.hazelcast().getMap("presence-users").size();
    }

    /**
     * Clients in the channel, as it sees it: its first answer. A question has none where the grid
     * is busy for half a second, as it can be while tests share two cores.
     */
    public Set<String> clients(String channel) {
        return switch (members(channel, MOST)) {
            case MemberList.Complete all -> new TreeSet<>(all.byClient().keySet());
            case MemberList.TooMany many -> throw new AssertionError("there are " + many);
        };
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
