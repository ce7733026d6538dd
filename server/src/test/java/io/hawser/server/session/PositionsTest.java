package io.hawser.server.session;

import static io.hawser.server.session.TestSessions.next;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.delivery.Standing;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.TokenSubscription;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** {@link Positions} with real sessions over the local store. */
class PositionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(TestSessions.PATIENCE_S);
    private static final HazelcastInstance HAZELCAST = TestSessions.startGrid();

    private final TestSessions node = new TestSessions(HAZELCAST);

    @AfterAll
    static void stopGrid() {
        HAZELCAST.shutdown();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private ClientSession session(FakeConnection connection) {
        return Objects.requireNonNull(node.sessions().client(connection.id()));
    }

    private void send(FakeConnection connection, String command) {
        TestSessions.send(connection, session(connection), command);
    }

    private void subscribe(FakeConnection connection) throws InterruptedException {
        send(connection, "{\"id\":2,\"subscribe\":{\"channel\":\"a:x\"}}");
        assertThat(next(connection.sent)).contains("\"id\":2", "\"subscribe\":{");
    }

    private void publish(int times) {
        var options = node.context.policy().options("a:x");
        for (int i = 0; i < times; i++) {
            var publication = new Publication(0, Payload.of("1"), null, Map.of(), 1);
            node.broker
                    .publish(
                            "a:x",
                            publication,
                            PublishOptions.of(
                                    Objects.requireNonNull(options).history(), Priority.NORMAL))
                    .toCompletableFuture()
                    .join();
        }
    }

    private List<Standing> standings() {
        return node.delivery.standings("ann").toCompletableFuture().join();
    }

    @Test
    void whoStaysSubscribedKeepsThePosition() throws Exception {
        FakeConnection connection = node.connect("ann", "c1");
        subscribe(connection);
        long first = standings().getFirst().usedAtMs();
        var nowMs = new AtomicLong(System.currentTimeMillis());
        await().atMost(LIMIT)
                .until(
                        () -> {
                            long later = nowMs.addAndGet(node.delivery.touchEveryMs() + 1);
                            ClientSession session = session(connection);
                            connection.execute(
                                    () -> {
                                        session.framePong(); // or it would be overdue next time
                                        session.tick(later);
                                    });
                            return standings().getFirst().usedAtMs() > first;
                        });
        assertThat(standings()).hasSize(1);
        assertThat(standings().getFirst().position().offset()).isZero();
    }

    @Test
    void aSubscriptionOfTheServerApiGoesOnToo() throws Exception {
        FakeConnection first = node.connect("ann", "c1");
        subscribe(first);
        publish(2);
        FakeConnection second = node.connect("ann", "c2");
        var terms = new TokenSubscription(Payload.EMPTY, Payload.EMPTY, ChannelOverrides.NONE);
        ClientSession session = session(second);
        second.execute(
                () ->
                        session.subscribe(
                                new ClusterCommand.Subscribe("ann", "c2", "a:x", terms, null)));
        assertThat(next(second.sent)).contains("\"subscribe\":{", "\"offset\":2");
        assertThat(next(second.sent)).contains("\"pub\":{", "\"offset\":1");
        assertThat(next(second.sent)).contains("\"pub\":{", "\"offset\":2");
    }

    @Test
    void commandsThatComeWithTheSubscribeWaitForThePosition() throws Exception {
        publish(3);
        FakeConnection connection = node.connect("ann", "c1");
        send(
                connection,
                "{\"id\":2,\"subscribe\":{\"channel\":\"a:x\"}}\n"
                        + "{\"id\":3,\"rpc\":{\"method\":\"hawser.ack\",\"data\":"
                        + "{\"channel\":\"a:x\",\"offset\":2}}}\n"
                        + "{\"id\":4,\"unsubscribe\":{\"channel\":\"a:x\"}}");
        assertThat(next(connection.sent)).contains("\"id\":2", "\"offset\":3");
        List<String> both = List.of(next(connection.sent), next(connection.sent));
        // The position began at 3, and never goes back.
        assertThat(both).anyMatch(line -> line.contains("\"id\":3") && line.contains(":3,"));
        assertThat(both).anyMatch(line -> line.contains("\"id\":4"));
        assertThat(standings().getFirst().position().offset()).isEqualTo(3);
    }

    @Test
    void whoIsGoneBeforeThePositionIsFoundLeavesNothing() throws Exception {
        FakeConnection connection = node.connect("ann", "c1");
        ClientSession session = session(connection);
        byte[] frame =
                "{\"id\":2,\"subscribe\":{\"channel\":\"a:x\"}}".getBytes(StandardCharsets.UTF_8);
        connection.execute(
                () -> {
                    session.received(TestSessions.JSON.decode(frame));
                    session.closed(Disconnect.CONNECTION_CLOSED);
                });
        await().atMost(LIMIT).until(() -> standings().size() == 1);
        FakeConnection other = node.connect("ann", "c2");
        subscribe(other);
        assertThat(connection.sent).isEmpty();
        assertThat(node.context.counters().subscriptions.sum()).isEqualTo(1);
    }
}
