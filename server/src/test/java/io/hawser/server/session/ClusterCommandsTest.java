package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.presence.LiveNodes;
import io.hawser.grid.presence.Presence;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.Sink;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.security.TokenIssuer;
import io.hawser.server.security.TokenSubscription;
import io.hawser.server.security.TokenVerifier;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@link ClusterCommands} with real sessions: what a command does, and to whom. */
class ClusterCommandsTest {
    private static final int PATIENCE_S = 10;
    private static final Codec JSON = Codec.of(Encoding.JSON);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "client.insecure=true",
                            "namespaces=[{name: h, options: {history_size: 10, history_ttl: 60s}}]"));

    private static HazelcastInstance hazelcast;

    private final Lanes lanes = new Lanes(1, 1000);
    private final LocalBroker broker = new LocalBroker(lanes, 1 << 20);
    private final Sessions sessions = new Sessions();
    private final ClusterCommands commands = new ClusterCommands(sessions);
    private final TokenIssuer tokens = new TokenIssuer(SECRET);
    private final SessionContext context;
    private final List<FakeConnection> connections = new ArrayList<>();

    ClusterCommandsTest() {
        broker.start(new ToCommands());
        context =
                new SessionContext(
                        CONFIG.client(),
                        new ChannelPolicy(CONFIG.channel(), CONFIG.namespaces(), true),
                        new TokenVerifier(SECRET, null, null),
                        new Hub(broker, lanes),
                        broker,
                        new Presence(hazelcast, new OnlyNode(), (channel, client) -> {}),
                        sessions,
                        new Unheard(),
                        Continuity.NONE,
                        new SessionCounters(),
                        Payload.EMPTY,
                        "test",
                        InstantSource.system());
    }

    /** Presence wants a member; nothing here is in a channel that keeps presence. */
    @BeforeAll
    static void startGrid() {
        var config = new Config();
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getJetConfig().setEnabled(false);
        config.addMapConfig(Presence.mapConfig());
        config.getNetworkConfig().setPort(0).getInterfaces().setEnabled(true);
        config.getNetworkConfig().getInterfaces().addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        hazelcast = Hazelcast.newHazelcastInstance(config);
    }

    @AfterAll
    static void stopGrid() {
        hazelcast.shutdown();
    }

    @AfterEach
    void close() {
        connections.forEach(FakeConnection::close);
        broker.close();
        lanes.close();
    }

    private FakeConnection connect(String user, String client) throws InterruptedException {
        var connection = new FakeConnection(client);
        connections.add(connection);
        var session = new ClientSession(context, connection, JSON, "");
        String token = user.isEmpty() ? "" : tokens.connection(user, Instant.now()).sign();
        send(connection, session, "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        assertThat(next(connection.sent)).contains("\"connect\":{");
        return connection;
    }

    private static void send(FakeConnection connection, ClientSession session, String command) {
        byte[] frame = command.getBytes(StandardCharsets.UTF_8);
        connection.execute(() -> session.received(JSON.decode(frame)));
    }

    private void subscribe(FakeConnection connection, String channel) throws InterruptedException {
        ClientSession session = sessions.client(connection.id());
        assertThat(session).isNotNull();
        send(connection, session, "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        assertThat(next(connection.sent)).contains("\"id\":2", "\"subscribe\":{");
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T found = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (found == null) {
            throw new AssertionError("nothing came in " + PATIENCE_S + " s");
        }
        return found;
    }

    /** By way of the broker, as another node's command would come. */
    private void command(ClusterCommand command) {
        var _ =
                broker.sendControl(ClusterCommandCodec.encode(command))
                        .toCompletableFuture()
                        .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                        .join();
    }

    /** Tells whether something was done to a connection: what is sent next is this. */
    private void assertUntouched(FakeConnection connection) throws InterruptedException {
        command(new ClusterCommand.Refresh("", connection.id(), 0));
        assertThat(next(connection.sent)).isEqualTo("{\"push\":{\"refresh\":{}}}");
        assertThat(connection.closed).isEmpty();
    }

    @Test
    void aUserIsDisconnectedButForTheWhitelist() throws Exception {
        FakeConnection one = connect("u", "c1");
        FakeConnection two = connect("u", "c2");
        FakeConnection other = connect("v", "c3");
        FakeConnection anonymous = connect("", "c4");
        var reason = new Disconnect(4501, "go");
        command(new ClusterCommand.DisconnectUser("u", "", Set.of("c2"), reason));
        assertThat(next(one.closed)).isEqualTo(reason);
        assertUntouched(two);
        assertUntouched(other);
        assertUntouched(anonymous);
        command(new ClusterCommand.DisconnectUser("", "", Set.of(), reason));
        assertThat(next(anonymous.closed)).isEqualTo(reason);
        command(new ClusterCommand.DisconnectUser("v", "c2", Set.of(), reason));
        assertUntouched(two);
        command(new ClusterCommand.DisconnectUser("", "c2", Set.of(), reason));
        assertThat(next(two.closed)).isEqualTo(reason);
    }

    @Test
    void aSubscriptionIsMadeAndEnded() throws Exception {
        FakeConnection connection = connect("u", "c1");
        var terms =
                new TokenSubscription(
                        Payload.EMPTY, Payload.of("{\"x\":1}"), ChannelOverrides.NONE);
        command(new ClusterCommand.Subscribe("u", "", "news", terms, null));
        assertThat(next(connection.sent))
                .contains("\"channel\":\"news\"", "\"subscribe\":{", "\"data\":{\"x\":1}");
        command(new ClusterCommand.Unsubscribe("u", "", "news", UnsubscribeCode.SERVER));
        assertThat(next(connection.sent))
                .contains("\"channel\":\"news\"", "\"unsubscribe\":{", "\"code\":2000");
        assertUntouched(connection);
    }

    @Test
    void aSubscriptionRecoversWhatWasMissed() throws Exception {
        FakeConnection connection = connect("u", "c1");
        StreamPosition first = publish("h:a", "1");
        publish("h:a", "2");
        publish("h:a", "3");
        command(new ClusterCommand.Subscribe("u", "", "h:a", TokenSubscription.PLAIN, first));
        assertThat(next(connection.sent)).contains("\"subscribe\":{", "\"offset\":3");
        assertThat(next(connection.sent)).contains("\"pub\":{\"data\":2,\"offset\":2");
        assertThat(next(connection.sent)).contains("\"pub\":{\"data\":3,\"offset\":3");
        assertUntouched(connection);
    }

    private StreamPosition publish(String channel, String data) {
        var publication = new Publication(0, Payload.of(data), null, Map.of(), 1);
        var history = CONFIG.namespaces().getFirst().options().history();
        return broker.publish(channel, publication, PublishOptions.of(history, Priority.NORMAL))
                .toCompletableFuture()
                .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                .join()
                .position();
    }

    @Test
    void anEmptyChannelUnsubscribesFromAll() throws Exception {
        FakeConnection connection = connect("u", "c1");
        subscribe(connection, "a");
        subscribe(connection, "b");
        command(new ClusterCommand.Unsubscribe("u", "", "", UnsubscribeCode.SERVER));
        assertThat(List.of(next(connection.sent), next(connection.sent)))
                .allMatch(push -> push.contains("\"unsubscribe\":{"))
                .anyMatch(push -> push.contains("\"channel\":\"a\""))
                .anyMatch(push -> push.contains("\"channel\":\"b\""));
        assertThat(connection.attached).isEmpty();
    }

    @Test
    void anExpiryIsMoved() throws Exception {
        FakeConnection connection = connect("u", "c1");
        long inAnHour = System.currentTimeMillis() + 3_600_000;
        command(new ClusterCommand.Refresh("u", "", inAnHour));
        assertThat(next(connection.sent)).contains("\"refresh\":{\"expires\":true,\"ttl\":3");
    }

    /**
     * A client that has authenticated but got no answer: its token subscribes it to a channel that
     * cannot join before {@code hold} is counted down.
     */
    private FakeConnection connecting(String user, String client, CountDownLatch hold) {
        lanes.execute("slow", () -> awaitUninterruptibly(hold));
        var connection = new FakeConnection(client);
        connections.add(connection);
        String token = tokens.connection(user, Instant.now()).channels(List.of("slow")).sign();
        send(
                connection,
                new ClientSession(context, connection, JSON, ""),
                "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        await().until(() -> sessions.client(client) != null);
        return connection;
    }

    private static void awaitUninterruptibly(CountDownLatch hold) {
        try {
            assertThat(hold.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDisconnectDoesNotMissWhoIsConnecting() throws Exception {
        var hold = new CountDownLatch(1);
        FakeConnection connection = connecting("u", "c1", hold);
        send(new ClusterCommand.DisconnectUser("u", "", Set.of(), Disconnect.FORCE_DISCONNECT));
        assertThat(next(connection.closed)).isEqualTo(Disconnect.FORCE_DISCONNECT);
        hold.countDown();
        await().until(() -> sessions.client("c1") == null && sessions.find("u", "").isEmpty());
        connect("v", "c2"); // behind what the lane held back
        assertThat(connection.sent).isEmpty();
    }

    @Test
    void whoIsConnectingIsToldBehindTheConnectReply() throws Exception {
        var hold = new CountDownLatch(1);
        FakeConnection connection = connecting("u", "c1", hold);
        send(new ClusterCommand.Unsubscribe("u", "", "slow", UnsubscribeCode.SERVER));
        send(new ClusterCommand.Refresh("u", "", 0));
        send(new ClusterCommand.Subscribe("u", "", "news", TokenSubscription.PLAIN, null));
        hold.countDown();
        assertThat(next(connection.sent)).contains("\"connect\":{", "\"slow\":{");
        assertThat(next(connection.sent)).contains("\"unsubscribe\":{", "\"channel\":\"slow\"");
        assertThat(next(connection.sent)).isEqualTo("{\"push\":{\"refresh\":{}}}");
        assertThat(next(connection.sent)).contains("\"subscribe\":{", "\"channel\":\"news\"");
        assertUntouched(connection);
    }

    @Test
    void moreThanCanWaitForTheConnectReplySendsTheClientBack() throws Exception {
        var hold = new CountDownLatch(1);
        FakeConnection connection = connecting("u", "c1", hold);
        for (int i = 0; i < 1025; i++) {
            send(new ClusterCommand.Refresh("u", "", 0));
        }
        assertThat(next(connection.closed)).isEqualTo(Disconnect.INSUFFICIENT_STATE);
        hold.countDown();
    }

    @Test
    void whoFailsToConnectIsForgotten() throws Exception {
        var connection = new FakeConnection("c1");
        connections.add(connection);
        String token = tokens.connection("u", Instant.now()).channels(List.of("nowhere:x")).sign();
        send(
                connection,
                new ClientSession(context, connection, JSON, ""),
                "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        next(connection.closed);
        await().until(() -> sessions.count() == 0 && sessions.users() == 0);
    }

    /** Past the broker, whose lane may be held. */
    private void send(ClusterCommand command) {
        commands.accept(ClusterCommandCodec.encode(command));
    }

    @Test
    void whatCannotBeReadDisturbsNothing() throws Exception {
        FakeConnection connection = connect("u", "c1");
        for (String bad : List.of("", "{", "{\"kind\":\"later\",\"user\":\"u\",\"client\":\"\"}")) {
            commands.accept(Payload.of(bad));
        }
        assertUntouched(connection);
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

    private static final class OnlyNode implements LiveNodes {
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
