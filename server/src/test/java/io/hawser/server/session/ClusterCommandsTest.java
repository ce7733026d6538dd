package io.hawser.server.session;

import static io.hawser.server.session.TestSessions.PATIENCE_S;
import static io.hawser.server.session.TestSessions.next;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.TokenIssuer;
import io.hawser.server.security.TokenSubscription;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@link ClusterCommands} with real sessions: what a command does, and to whom. */
class ClusterCommandsTest {
    private static final HazelcastInstance HAZELCAST = TestSessions.startGrid();

    private final TestSessions node = new TestSessions(HAZELCAST);
    private final Lanes lanes = node.lanes;
    private final LocalBroker broker = node.broker;
    private final Sessions sessions = node.sessions();
    private final ClusterCommands commands = node.commands;
    private final TokenIssuer tokens = node.tokens;

    @AfterAll
    static void stopGrid() {
        HAZELCAST.shutdown();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private FakeConnection connect(String user, String client) throws InterruptedException {
        return node.connect(user, client);
    }

    private void subscribe(FakeConnection connection, String channel) throws InterruptedException {
        ClientSession session = sessions.client(connection.id());
        assertThat(session).isNotNull();
        TestSessions.send(
                connection, session, "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        assertThat(next(connection.sent)).contains("\"id\":2", "\"subscribe\":{");
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
        var history = TestSessions.CONFIG.namespaces().getFirst().options().history();
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
        FakeConnection connection = node.connection(client);
        String token = tokens.connection(user, Instant.now()).channels(List.of("slow")).sign();
        TestSessions.send(
                connection,
                new ClientSession(node.context, connection, TestSessions.JSON, ""),
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
        FakeConnection connection = node.connection("c1");
        String token = tokens.connection("u", Instant.now()).channels(List.of("nowhere:x")).sign();
        TestSessions.send(
                connection,
                new ClientSession(node.context, connection, TestSessions.JSON, ""),
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
}
