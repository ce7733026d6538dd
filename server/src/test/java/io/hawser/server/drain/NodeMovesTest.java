package io.hawser.server.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.balance.Move;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.RebalanceProgress;
import io.hawser.grid.failover.RebalanceReturns;
import io.hawser.server.health.Dependency;
import io.hawser.server.health.Health;
import io.hawser.server.order.OrderOutcome;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.FakeConnection;
import io.hawser.server.session.SessionListener;
import io.hawser.server.session.TestSessions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Exactly as many real sessions as are to move are told to go, whoever comes back. */
class NodeMovesTest {
    private static final HazelcastInstance HAZELCAST = TestSessions.startGrid();
    private static final NodeId HERE = new NodeId("n1");
    private static final int CLIENTS = 30;
    private static final int FAST = 1_000;

    private final TestSessions node = new TestSessions(HAZELCAST);
    private final Health health =
            new Health("n1", () -> Dependency.OFF, () -> Dependency.OFF, () -> Dependency.OFF);
    private final List<FakeConnection> connections = new ArrayList<>();
    private final Map<ClientSession, NodeId> told = new ConcurrentHashMap<>();
    private final List<String> heard = new ArrayList<>();
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private volatile CountDownLatch held = new CountDownLatch(0);
    private final NodeMoves moves =
            new NodeMoves(
                    health,
                    new OfTheTest(),
                    new Heard(),
                    (session, move) -> told.put(session, move.to()),
                    () -> Instant.ofEpochMilli(nowMs.get()));

    @AfterAll
    static void stopGrid() {
        HAZELCAST.shutdown();
    }

    @BeforeEach
    void serve() throws InterruptedException {
        health.become(Health.Phase.SERVING);
        for (int i = 0; i < CLIENTS; i++) {
            connections.add(node.connect("user-" + i, "client-" + i));
        }
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static Move to(String node, int connections) {
        return new Move(HERE, new NodeId(node), connections);
    }

    private void begin(int perSecond, Move... wanted) {
        assertThat(moves.move(List.of(wanted), perSecond)).isEqualTo(new OrderOutcome.Accepted());
    }

    private void move(Move... wanted) {
        begin(FAST, wanted);
        await().until(() -> !moves.progress().running());
    }

    private List<FakeConnection> closed() {
        return connections.stream().filter(each -> !each.closed.isEmpty()).toList();
    }

    @Test
    void exactlySoManyAreToldAndToEachNodeGoItsOwn() {
        assertThat(moves.progress()).isEqualTo(RebalanceProgress.NONE);
        move(to("n2", 7), to("n3", 5));
        assertThat(moves.progress()).isEqualTo(new RebalanceProgress(false, 12, 12, 0));
        assertThat(closed())
                .hasSize(12)
                .allSatisfy(each -> assertThat(each.closed).containsExactly(Disconnect.SHUTDOWN));
        assertThat(told.values()).hasSize(12);
        assertThat(told.values()).filteredOn(new NodeId("n2")::equals).hasSize(7);
        assertThat(told.values()).filteredOn(new NodeId("n3")::equals).hasSize(5);
        await("and nobody later")
                .during(Duration.ofMillis(300))
                .until(() -> node.sessions().count() == CLIENTS - 12);
    }

    @Test
    void whereFewerAreLeftThanAreToMoveItEndsWithThem() {
        move(to("n2", CLIENTS + 10));
        assertThat(moves.progress())
                .isEqualTo(new RebalanceProgress(false, CLIENTS + 10, CLIENTS, 0));
    }

    @Test
    void whoComesBackIsCountedOnceAndStays() {
        move(to("n2", 4));
        nowMs.addAndGet(RebalanceReturns.WATCHED_MS);
        ClientSession back = told.keySet().iterator().next();
        ClientSession stranger = staying().getFirst();
        long hourAheadMs = nowMs.get() + 3_600_000; // as a clock that was set says
        moves.opened(back, hourAheadMs);
        moves.opened(back, hourAheadMs);
        moves.opened(stranger, hourAheadMs);
        assertThat(moves.progress()).isEqualTo(new RebalanceProgress(false, 4, 4, 1));
        assertThat(closed()).hasSize(4);
        assertThat(heard).containsExactly(back.user(), back.user(), stranger.user());

        nowMs.incrementAndGet();
        told.keySet().forEach(each -> moves.opened(each, hourAheadMs));
        assertThat(moves.progress().returned()).as("too late to be of the move").isEqualTo(1);
    }

    @Test
    void anotherOrderBeginsWhenTheLastIsOver() {
        held = new CountDownLatch(1);
        begin(FAST, to("n2", 2));
        assertThat(moves.move(List.of(to("n2", 5)), FAST))
                .isEqualTo(new OrderOutcome.Refused("node n1 is moving connections already"));
        held.countDown();
        await().until(() -> !moves.progress().running());
        assertThat(moves.progress()).isEqualTo(new RebalanceProgress(false, 2, 2, 0));
        move(to("n2", 3));
        assertThat(moves.progress()).isEqualTo(new RebalanceProgress(false, 3, 3, 0));
        assertThat(closed()).hasSize(5);
    }

    @Test
    void whoDoesNotServeMovesNobody() {
        health.become(Health.Phase.DRAINING);
        assertThat(moves.move(List.of(to("n2", 5)), FAST))
                .isEqualTo(new OrderOutcome.Refused("node n1 does not serve now"));
        assertThat(moves.progress()).isEqualTo(RebalanceProgress.NONE);
        assertThat(closed()).isEmpty();
    }

    private List<ClientSession> staying() {
        List<ClientSession> staying = new ArrayList<>();
        node.sessions().forEach(staying::add);
        return staying;
    }

    private final class OfTheTest implements Clients {
        @Override
        public List<ClientSession> staying() {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return NodeMovesTest.this.staying();
        }

        @Override
        public int connections() {
            return node.sessions().count();
        }
    }

    private final class Heard implements SessionListener {
        @Override
        public void opened(ClientSession session, long atMs) {
            heard.add(session.user());
        }

        @Override
        public void closed(ClientSession session, Disconnect reason, long atMs) {
            // Nobody keeps records here.
        }
    }
}
