package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.heartbeat.FenceReason;
import io.hawser.server.drain.AgentAnswer;
import io.hawser.server.health.Dependency;
import io.hawser.server.health.Health;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.FakeConnection;
import io.hawser.server.session.TestSessions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** What a node that must not serve does to its clients, who have real sessions. */
class FenceTest {
    private static final HazelcastInstance HAZELCAST = TestSessions.startGrid();

    private final TestSessions node = new TestSessions(HAZELCAST);
    private final Health health =
            new Health("n1", () -> Dependency.OFF, () -> Dependency.OFF, () -> Dependency.OFF);
    private final AgentAnswer agent = new AgentAnswer(health, () -> 70, () -> false, () -> 0);
    private final Fence fence = new Fence(node.sessions(), health);

    @AfterAll
    static void stopGrid() {
        HAZELCAST.shutdown();
    }

    @BeforeEach
    void serve() {
        health.become(Health.Phase.SERVING);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void whoIsPausedTakesNobodyNewAndClosesNothing() throws Exception {
        FakeConnection client = node.connect("ann", "c1");
        assertThat(agent.get()).isEqualTo("up 70%");
        fence.on(new ClusterEvent.Fenced(FenceReason.PAUSED));
        assertThat(agent.get()).isEqualTo("up 0%");
        assertThat(health.status()).isEqualTo(Health.Status.PAUSED);
        assertThat(health.takesClients()).isFalse();
        assertThat(health.servesNobody()).isFalse();
        await().during(Duration.ofMillis(300)).until(client.closed::isEmpty);

        fence.on(new ClusterEvent.Unfenced());
        assertThat(agent.get()).isEqualTo("up 70%");
        assertThat(client.closed).isEmpty();
        assertThat(node.sessions().count()).isEqualTo(1);
    }

    /** The others have given it up, or it hears nobody: its clients are better off elsewhere. */
    @Test
    void whoIsFencedForGoodSendsEverybodyAway() throws Exception {
        List<FakeConnection> clients = List.of(node.connect("ann", "c1"), node.connect("", "c2"));
        fence.on(new ClusterEvent.Fenced(FenceReason.PAUSED));
        fence.on(new ClusterEvent.Fenced(FenceReason.ISOLATED));
        assertThat(agent.get()).isEqualTo("down#fenced");
        for (FakeConnection client : clients) {
            await().untilAsserted(
                            () ->
                                    assertThat(client.closed)
                                            .containsExactly(Disconnect.FORCE_RECONNECT));
        }
        fence.on(new ClusterEvent.Unfenced());
        assertThat(agent.get()).isEqualTo("up 70%");
    }
}
