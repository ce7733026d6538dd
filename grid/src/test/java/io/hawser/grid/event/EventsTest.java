package io.hawser.grid.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.event.Happening.Alert;
import io.hawser.grid.event.Happening.NodeFailed;
import io.hawser.grid.event.Happening.NodeJoined;
import io.hawser.grid.event.Happening.NodeSuspect;
import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Two nodes' {@link Events} on one control channel, which can be cut. */
@Timeout(60)
class EventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Events> nodes = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile NodeId coordinator = new NodeId("nobody");

    private final Events n1 = node(Sample.N1);
    private final Events n2 = node(Sample.N2);

    private Events node(NodeId id) {
        var events = new Events(this::send, InstantSource.system());
        nodes.add(events);
        events.start(new Events.Self(id, () -> 1, () -> coordinator.equals(id)));
        events.present(List.of(Sample.node(id, 1, NodeStatus.ACTIVE)));
        return events;
    }

    /** One after the other, as Redis does it: all hear what comes in one order. */
    private synchronized CompletionStage<String> send(Payload payload) {
        if (cut) {
            return CompletableFuture.failedFuture(new IllegalStateException("cut"));
        }
        nodes.forEach(each -> each.heard(payload));
        return CompletableFuture.completedFuture("sent");
    }

    /** Only once both hear: what was told before, the other would have missed. */
    @BeforeEach
    void elect() {
        coordinator = Sample.N1;
    }

    @AfterEach
    void close() {
        nodes.forEach(Events::close);
    }

    private static List<GridEvent> recent(Events events) {
        List<GridEvent> all = new ArrayList<>();
        try (EventReader reader = events.follow(null, 1)) {
            for (GridEvent each = reader.next(Duration.ZERO);
                    each != null;
                    each = reader.next(Duration.ZERO)) {
                all.add(each);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return all;
    }

    private static List<Happening> what(Events events) {
        return recent(events).stream().map(GridEvent::what).toList();
    }

    private void all(ClusterEvent event) {
        nodes.forEach(each -> each.on(event));
    }

    private static ClusterEvent lost(NodeId id) {
        return new ClusterEvent.NodeLost(Sample.node(id, 5, NodeStatus.OFFLINE));
    }

    @Test
    void allHearWhatTheCoordinatorTellsOnceAndInOneOrder() {
        NodeId n3 = new NodeId("n3");
        all(
                new ClusterEvent.NodeChanged(
                        Sample.node(n3, 5, NodeStatus.ACTIVE),
                        Sample.node(n3, 5, NodeStatus.SUSPECT)));
        all(lost(n3));
        n2.emit(new Alert("overload", true, "full"));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(what(n2))
                                        .containsOnlyOnce(
                                                new NodeJoined(Sample.N1, 1),
                                                new NodeSuspect(n3, 5),
                                                new NodeFailed(n3, 5, 45),
                                                new Alert("overload", true, "full")));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(recent(n1)).isEqualTo(recent(n2)));
        assertThat(recent(n1))
                .filteredOn(event -> event.what() instanceof Happening.OfNode)
                .allMatch(event -> event.by().equals(Sample.N1));
    }

    @Test
    void whoeverBecomesTheCoordinatorTellsThatTheLastOneFailed() {
        coordinator = new NodeId("n0");
        all(lost(coordinator));
        assertThat(what(n2)).doesNotContain(new NodeFailed(coordinator, 5, 45));
        coordinator = Sample.N2;
        await().atMost(PATIENCE)
                .until(() -> what(n2).contains(new NodeFailed(new NodeId("n0"), 5, 45)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(recent(n1)).isEqualTo(recent(n2)));
    }

    @Test
    void twoCoordinatorsTellItByOneId() {
        cut = true;
        var failed = new NodeFailed(new NodeId("n3"), 5, 45);
        all(lost(new NodeId("n3")));
        await().atMost(PATIENCE).until(() -> what(n1).contains(failed));
        coordinator = Sample.N2;
        await().atMost(PATIENCE).until(() -> what(n2).contains(failed));
        cut = false;
        await().atMost(PATIENCE).until(() -> what(n1).contains(new NodeJoined(Sample.N2, 1)));
        await().atMost(PATIENCE).until(() -> what(n2).contains(new NodeJoined(Sample.N1, 1)));
        assertThat(what(n1)).containsOnlyOnce(failed);
        assertThat(what(n2)).containsOnlyOnce(failed);
    }

    @Test
    void whoCameBeforeTheCoordinatorListenedIsToldOfToo() {
        NodeId n3 = new NodeId("n3");
        n1.present(
                List.of(
                        Sample.node(n3, 5, NodeStatus.STARTING),
                        Sample.node(new NodeId("n4"), 6, NodeStatus.LEFT)));
        n1.on(new ClusterEvent.NodeJoined(Sample.node(n3, 5, NodeStatus.STARTING)));
        await().atMost(PATIENCE).until(() -> what(n2).contains(new NodeJoined(n3, 5)));
        assertThat(what(n2))
                .containsOnlyOnce(new NodeJoined(n3, 5))
                .doesNotContain(new NodeJoined(new NodeId("n4"), 6));
    }

    @Test
    void withoutTheStoreItIsHeardHereAndLaterByAll() {
        cut = true;
        n2.emit(new Alert("fenced", true, "cut off"));
        await().atMost(PATIENCE)
                .until(() -> what(n2).contains(new Alert("fenced", true, "cut off")));
        assertThat(what(n1)).doesNotContain(new Alert("fenced", true, "cut off"));
        cut = false;
        await().atMost(PATIENCE)
                .until(() -> what(n1).contains(new Alert("fenced", true, "cut off")));
        assertThat(what(n2)).containsOnlyOnce(new Alert("fenced", true, "cut off"));
    }

    @Test
    void aReaderGoesOnWhereItWas() throws InterruptedException {
        n1.emit(new Alert("a", true, ""));
        List<Happening> all = List.of(new NodeJoined(Sample.N1, 1), new Alert("a", true, ""));
        await("nothing more is to come").atMost(PATIENCE).until(() -> what(n2).containsAll(all));
        List<GridEvent> known = recent(n2);
        try (EventReader reader = n2.follow(known.getLast().id(), 10)) {
            assertThat(reader.isComplete()).isTrue();
            assertThat(reader.next(Duration.ZERO)).isNull();
            n2.emit(new Alert("b", true, ""));
            GridEvent next = reader.next(PATIENCE);
            assertThat(next == null ? null : next.what()).isEqualTo(new Alert("b", true, ""));
        }
        try (EventReader reader = n2.follow("unheard-of", 10)) {
            assertThat(reader.isComplete()).isFalse();
            assertThat(reader.next(Duration.ZERO)).isEqualTo(known.getFirst());
        }
    }

    @Test
    void aSlowReaderIsCutOffAndGetsWhatWaited() throws InterruptedException {
        await().atMost(PATIENCE).until(() -> !what(n1).isEmpty());
        try (EventReader reader = n1.follow(recent(n1).getLast().id(), 2)) {
            for (int i = 0; i < 4; i++) {
                n1.emit(new Alert("a" + i, true, ""));
            }
            await().atMost(PATIENCE).until(() -> what(n1).contains(new Alert("a3", true, "")));
            assertThat(reader.isCut()).as("two are still to be read").isFalse();
            assertThat(reader.next(Duration.ZERO)).isNotNull();
            assertThat(reader.next(Duration.ZERO)).isNotNull();
            assertThat(reader.isCut()).isTrue();
            assertThat(reader.next(Duration.ZERO)).isNull();
        }
    }

    @Test
    void aListenerHearsEachOnceAndMayFail() {
        List<Happening> heard = new CopyOnWriteArrayList<>();
        n2.listen(
                event -> {
                    heard.add(event.what());
                    throw new IllegalStateException("on purpose");
                });
        n1.emit(new Alert("a", true, ""));
        n1.emit(new Alert("b", true, ""));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(heard)
                                        .containsSubsequence(
                                                new Alert("a", true, ""), new Alert("b", true, ""))
                                        .doesNotHaveDuplicates());
    }
}
