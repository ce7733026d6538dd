package io.hawser.grid.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What is told by whom and how often: {@link Announcements}, {@link UnheardEvents}. */
class PendingEventsTest {
    private final Announcements announcements = new Announcements();
    private final UnheardEvents unheard = new UnheardEvents();

    private void seen(Happening.OfNode what, long nowMs) {
        announcements.seen(Sample.event(what.type() + "-" + what.node(), what), what, nowMs);
    }

    private List<String> due(long nowMs, boolean coordinator) {
        return announcements.due(nowMs, coordinator).stream().map(GridEvent::id).toList();
    }

    @Test
    void theCoordinatorTellsEachOnceInOrder() {
        seen(new Happening.NodeSuspect(Sample.N2, 7), 0);
        seen(new Happening.NodeFailed(Sample.N2, 7, 1), 10);
        seen(new Happening.NodeFailed(Sample.N2, 7, 1), 20);
        assertThat(due(30, true)).containsExactly("node.suspect-n2", "node.failed-n2");
        assertThat(due(40, true)).isEmpty();
    }

    @Test
    void whoBecomesTheCoordinatorTellsWhatNobodyHasTold() {
        seen(new Happening.NodeFailed(Sample.N1, 3, 1), 0);
        seen(new Happening.NodeFailed(Sample.N2, 7, 1), 0);
        assertThat(due(100, false)).isEmpty();
        announcements.told(new Happening.NodeFailed(Sample.N2, 7, 0));
        announcements.told(new Happening.NodeJoined(Sample.N1, 3));
        assertThat(due(Announcements.KEPT_MS, true)).containsExactly("node.failed-n1");
    }

    @Test
    void whatIsOldIsToldByNobody() {
        seen(new Happening.NodeFailed(Sample.N1, 3, 1), 0);
        assertThat(due(Announcements.KEPT_MS + 1, true)).isEmpty();
    }

    @Test
    void aSuspicionThatIsOverBeforeItWasToldIsNotWorthAWord() {
        seen(new Happening.NodeSuspect(Sample.N2, 7), 0);
        seen(new Happening.NodeHeard(Sample.N2, 7), 10);
        assertThat(due(20, true)).isEmpty();
        seen(new Happening.NodeSuspect(Sample.N2, 7), 30);
        assertThat(due(30, true)).hasSize(1);
        seen(new Happening.NodeHeard(Sample.N2, 7), 40);
        assertThat(due(50, true)).containsExactly("node.heard-n2");
    }

    @Test
    void theOldestIsForgottenFirst() {
        for (long life = 1; life <= Announcements.MAX_PENDING + 1; life++) {
            seen(new Happening.NodeFailed(Sample.N2, life, (int) life), 0);
        }
        List<GridEvent> due = announcements.due(1, true);
        assertThat(due).hasSize(Announcements.MAX_PENDING);
        assertThat(due.getFirst().what()).isEqualTo(new Happening.NodeFailed(Sample.N2, 2, 2));
    }

    @Test
    void isSentEachSecondUntilItComesBack() {
        unheard.add(Sample.event("a"), 0);
        assertThat(unheard.due(0)).hasSize(1);
        assertThat(unheard.due(999)).isEmpty();
        assertThat(unheard.due(1_000))
                .containsExactly(new UnheardEvents.Sending(Sample.event("a"), 2));
        unheard.heard("a");
        assertThat(unheard.due(9_000)).isEmpty();
    }

    @Test
    void isGivenUpAfterTheLastAttempt() {
        unheard.add(Sample.event("a"), 0);
        long nowMs = 0;
        for (int attempt = 1; attempt < UnheardEvents.ATTEMPTS; attempt++) {
            assertThat(unheard.due(nowMs).getFirst().isLast()).isFalse();
            nowMs += UnheardEvents.PAUSE_MS;
        }
        assertThat(unheard.due(nowMs).getFirst().isLast()).isTrue();
        assertThat(unheard.due(nowMs + UnheardEvents.PAUSE_MS)).isEmpty();
    }

    @Test
    void tooManyPushTheOldestOut() {
        for (int i = 0; i < UnheardEvents.MAX_EVENTS; i++) {
            assertThat(unheard.add(Sample.event("e" + i), 0)).isNull();
        }
        assertThat(unheard.add(Sample.event("last"), 0)).isEqualTo(Sample.event("e0"));
        assertThat(unheard.due(0)).hasSize(UnheardEvents.MAX_EVENTS);
    }

    @Test
    void theRecentOnesAreRememberedOnceAndUpToALimit() {
        var recent = new RecentEvents(3);
        for (String id : List.of("a", "b", "b", "c", "d")) {
            recent.add(Sample.event(id));
        }
        assertThat(recent.since(null).events())
                .extracting(GridEvent::id)
                .containsExactly("b", "c", "d");
        assertThat(recent.since("c"))
                .isEqualTo(new RecentEvents.Since(List.of(Sample.event("d")), true));
        assertThat(recent.since("d").events()).isEmpty();
        assertThat(recent.since("a").complete()).isFalse();
        assertThat(recent.since("a").events()).hasSize(3);
        assertThat(recent.add(Sample.event("a"))).as("forgotten").isTrue();
    }
}
