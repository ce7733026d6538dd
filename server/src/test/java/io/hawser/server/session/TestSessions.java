package io.hawser.server.session;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.delivery.AcknowledgedDelivery;
import io.hawser.grid.delivery.LocalPositionStore;
import io.hawser.grid.delivery.PositionLimits;
import io.hawser.grid.presence.LiveNodes;
import io.hawser.grid.presence.NodeCalls;
import io.hawser.grid.presence.NodeLife;
import io.hawser.grid.presence.Presence;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Sink;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.security.TokenIssuer;
import io.hawser.server.security.TokenVerifier;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Real sessions of a node of its own, whose sockets are lists. For the test's thread. */
public final class TestSessions implements AutoCloseable {
    static final int PATIENCE_S = 10;
    static final Codec JSON = Codec.of(Encoding.JSON);
    static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "client.insecure=true",
                            "namespaces=[{name: h, options: {history_size: 10, history_ttl: 60s}},"
                                    + " {name: a, options: {history_size: 10, history_ttl: 60s,"
                                    + " ack: subscriber}}]"));

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    final Lanes lanes = new Lanes(1, 1000);
    final LocalBroker broker = new LocalBroker(lanes, 1 << 20);
    private final PositionLimits limits = new PositionLimits(Duration.ofDays(1), 100);
    final AcknowledgedDelivery delivery =
            new AcknowledgedDelivery(
                    new LocalPositionStore(
                            limits,
                            broker::trim,
                            System::currentTimeMillis,
                            Thread::startVirtualThread),
                    broker,
                    limits);
    final TokenIssuer tokens = new TokenIssuer(SECRET);
    final SessionContext context;
    final ClusterCommands commands;
    private final Sessions sessions = new Sessions();
    private final List<FakeConnection> connections = new ArrayList<>();

    /**
     * @param hazelcast of {@link #startGrid}
     */
    public TestSessions(HazelcastInstance hazelcast) {
        commands = new ClusterCommands(sessions);
        broker.start(new ToCommands());
        context =
                new SessionContext(
                        CONFIG.client(),
                        new ChannelPolicy(CONFIG.channel(), CONFIG.namespaces(), true),
                        new TokenVerifier(SECRET, null, null),
                        new Hub(broker, lanes),
                        broker,
                        new Presence(
                                hazelcast,
                                new OnlyNode(),
                                new NobodyToAsk(),
                                (channel, client) -> {}),
                        sessions,
                        new Unheard(),
                        Continuity.NONE,
                        new SessionCounters(),
                        delivery,
                        new RecoveredDeltas(),
                        Payload.EMPTY,
                        "test",
                        InstantSource.system());
    }

    /** A member, since presence wants one; nothing here is in a channel that keeps presence. */
    public static HazelcastInstance startGrid() {
        var config = new Config();
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getJetConfig().setEnabled(false);
        Presence.mapConfigs().forEach(config::addMapConfig);
        config.getNetworkConfig().setPort(0).getInterfaces().setEnabled(true);
        config.getNetworkConfig().getInterfaces().addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        return Hazelcast.newHazelcastInstance(config);
    }

    /** Those that are connected, or about to be. */
    public Sessions sessions() {
        return sessions;
    }

    /** A connection that no session has yet. */
    FakeConnection connection(String client) {
        var connection = new FakeConnection(client);
        connections.add(connection);
        return connection;
    }

    /**
     * A client that has its connect reply.
     *
     * @param user empty for an anonymous one
     */
    public FakeConnection connect(String user, String client) throws InterruptedException {
        FakeConnection connection = connection(client);
        var session = new ClientSession(context, connection, JSON, "");
        String token = user.isEmpty() ? "" : tokens.connection(user, Instant.now()).sign();
        send(connection, session, "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        String reply = next(connection.sent);
        if (!reply.contains("\"connect\":{")) {
            throw new AssertionError(reply);
        }
        return connection;
    }

    static void send(FakeConnection connection, ClientSession session, String command) {
        byte[] frame = command.getBytes(StandardCharsets.UTF_8);
        connection.execute(() -> session.received(JSON.decode(frame)));
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T found = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (found == null) {
            throw new AssertionError("nothing came in " + PATIENCE_S + " s");
        }
        return found;
    }

    @Override
    public void close() {
        connections.forEach(FakeConnection::close);
        delivery.close();
        broker.close();
        lanes.close();
    }

    private final class ToCommands implements Sink {
        @Override
        public void publication(String channel, Publication publication) {
            // Deliveries are not what this is about.
        }

        @Override
        public void presence(String channel, PresenceEvent event) {
            throw new AssertionError("no channel here announces anybody");
        }

        @Override
        public void positionLost(String channel) {
            throw new AssertionError("no position is lost here");
        }

        @Override
        public void control(Payload command) {
            commands.accept(command);
        }
    }

    private static final class Unheard implements SessionListener {
        @Override
        public void opened(ClientSession session, long atMs) {
            // Nobody keeps records here.
        }

        @Override
        public void closed(ClientSession session, Disconnect reason, long atMs) {
            // Nobody keeps records here.
        }
    }

    private static final class NobodyToAsk implements NodeCalls {
        @Override
        public CompletionStage<Payload> ask(String node, Payload question, Duration timeout) {
            return CompletableFuture.failedFuture(new IllegalStateException("no node " + node));
        }

        @Override
        public void answerWith(UnaryOperator<Payload> handler) {
            // Nobody asks.
        }
    }

    private static final class OnlyNode implements LiveNodes {
        @Override
        public List<NodeLife> lives() {
            return List.of(new NodeLife("n1", 1));
        }

        @Override
        public String localNode() {
            return "n1";
        }

        @Override
        public long localIncarnation() {
            return 1;
        }

        @Override
        public boolean isLive(String node, long incarnation) {
            return true;
        }

        @Override
        public boolean isOver(String node, long incarnation) {
            return false;
        }

        @Override
        public boolean isCoordinator() {
            return true;
        }
    }
}
