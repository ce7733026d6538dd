package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;

import io.hawser.server.protocol.Disconnect;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A session's time when the clock of its host is set. */
class ClockJumpTest {
    private static final HazelcastInstance HAZELCAST = TestSessions.startGrid();
    private static final long HOUR_MS = 3_600_000;
    private static final long TIMEOUT_MS = TestSessions.CONFIG.client().connectTimeout().toMillis();

    private final TestSessions node = new TestSessions(HAZELCAST);
    private final FakeConnection connection = node.connection("c1");
    private final long openedMs = System.currentTimeMillis();
    private final ClientSession session =
            new ClientSession(node.context, connection, TestSessions.JSON, "");

    @AfterAll
    static void stopGrid() {
        HAZELCAST.shutdown();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void onIoThread(Runnable task) throws Exception {
        CompletableFuture.runAsync(task, connection::execute)
                .get(TestSessions.PATIENCE_S, TimeUnit.SECONDS);
    }

    /** 3502 is final: no SDK comes back after it. */
    @Test
    void whoIsAboutToConnectIsNotStaleBecauseTheClockWasSetForward() throws Exception {
        onIoThread(
                () -> {
                    session.stalled(HOUR_MS);
                    session.tick(openedMs + HOUR_MS);
                });
        assertThat(connection.closed).isEmpty();
        onIoThread(() -> session.tick(openedMs + HOUR_MS + TIMEOUT_MS + 1_000));
        assertThat(connection.closed).containsExactly(Disconnect.STALE);
    }

    @Test
    void whoNeverConnectsIsStaleThoughTheClockWasSetBack() throws Exception {
        onIoThread(() -> session.tick(openedMs - HOUR_MS));
        assertThat(connection.closed).isEmpty();
        onIoThread(() -> session.tick(openedMs - HOUR_MS + TIMEOUT_MS + 1));
        assertThat(connection.closed).containsExactly(Disconnect.STALE);
    }

    @Test
    void whoLeavesIsNotHeldUpByAClockThatWasSetBack() {
        var farewell = new Farewell();
        farewell.taken();
        farewell.begin(Disconnect.SHUTDOWN, openedMs, 2_000);
        assertThat(farewell.due(openedMs + 2_000)).isNull();
        assertThat(farewell.due(openedMs + 2_001)).isEqualTo(Disconnect.SHUTDOWN);
        assertThat(farewell.due(openedMs - HOUR_MS)).isEqualTo(Disconnect.SHUTDOWN);
    }
}
