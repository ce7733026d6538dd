package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@link ChannelMachine} step by step: what costs no read, what is told, what a loss looks like.
 */
class ChannelMachineTest {
    private static final HistoryOptions HISTORY =
            new HistoryOptions(100, Duration.ofMinutes(1), Duration.ofHours(1));
    private static final String EPOCH = "e1";

    private final ChannelCounters counters = new ChannelCounters();
    private final ChannelMachine machine =
            new ChannelMachine(ChannelLimits.DEFAULT, counters, 0, 0);
    private long nowMs;

    private List<ChannelAction> step(ChannelEvent event) {
        List<ChannelAction> actions = new ArrayList<>();
        machine.step(event, nowMs, actions);
        return actions;
    }

    private List<ChannelAction> join(long id, @Nullable StreamPosition since) {
        return step(new ChannelEvent.JoinRequested(id, new JoinRequest(HISTORY, since, 100)));
    }

    private static Publication publication(long offset) {
        return new Publication(offset, Payload.of("p" + offset), null, Map.of(), 0);
    }

    private static ChannelEvent onBus(long offset) {
        return new ChannelEvent.PublicationArrived(at(offset), publication(offset));
    }

    private static StreamPosition at(long offset) {
        return new StreamPosition(offset, EPOCH);
    }

    private static ChannelEvent answer(long readId, long top, long... offsets) {
        List<Publication> found = new ArrayList<>();
        for (long offset : offsets) {
            found.add(publication(offset));
        }
        return new ChannelEvent.HistoryRead(readId, new History(at(top), found));
    }

    /** Live at offset 5 with one subscriber; ends with the repair read that a confirmation asks. */
    private void live() {
        assertThat(step(new ChannelEvent.ConnectionRestored()))
                .containsExactly(new ChannelAction.Subscribe());
        assertThat(join(1, null)).isEmpty();
        assertThat(step(new ChannelEvent.SubscribeConfirmed()))
                .containsExactly(new ChannelAction.ReadHistory(1, 0, 0));
        assertThat(step(answer(1, 5)))
                .containsExactly(
                        new ChannelAction.Joined(1, new JoinResult(at(5), false, List.of())));
        assertThat(machine.phase()).isEqualTo(ChannelMachine.Phase.LIVE);
    }

    @Test
    void joinsOfALiveChannelThatMissedNothingCostNoRead() {
        live();
        assertThat(join(2, null))
                .containsExactly(
                        new ChannelAction.Joined(2, new JoinResult(at(5), false, List.of())));
        assertThat(join(3, at(5)))
                .containsExactly(
                        new ChannelAction.Joined(3, new JoinResult(at(5), true, List.of())));
    }

    @Test
    void oneReadServesManyJoinsAndKeepsWhatComesMeanwhile() {
        live();
        assertThat(join(2, at(2)))
                .containsExactly(
                        new ChannelAction.ReadHistory(2, 2, 3 + ChannelLimits.DEFAULT.pageSize()));
        assertThat(join(3, at(3))).isEmpty();
        assertThat(step(onBus(6))).containsExactly(new ChannelAction.Deliver(publication(6)));
        List<ChannelAction> answers = step(answer(2, 5, 3, 4, 5));
        assertThat(answers)
                .containsExactly(
                        new ChannelAction.Joined(2, recovered(6, 3, 4, 5, 6)),
                        new ChannelAction.Joined(3, recovered(6, 4, 5, 6)));
    }

    private static JoinResult recovered(long top, long... offsets) {
        List<Publication> publications = new ArrayList<>();
        for (long offset : offsets) {
            publications.add(publication(offset));
        }
        return new JoinResult(at(top), true, publications);
    }

    @Test
    void whatAReadBringsFirstIsDeliveredOnce() {
        live();
        join(2, at(4));
        assertThat(step(answer(2, 6, 5, 6)))
                .containsExactly(
                        new ChannelAction.Deliver(publication(6)),
                        new ChannelAction.Joined(2, recovered(6, 5, 6)));
        assertThat(step(onBus(6))).isEmpty();
        assertThat(step(onBus(7))).containsExactly(new ChannelAction.Deliver(publication(7)));
    }

    @Test
    void aGapIsFilledInOrder() {
        live();
        assertThat(step(onBus(8)))
                .containsExactly(
                        new ChannelAction.ReadHistory(2, 5, ChannelLimits.DEFAULT.pageSize()));
        assertThat(step(onBus(7))).isEmpty();
        assertThat(step(answer(2, 8, 6, 7, 8)))
                .containsExactly(
                        new ChannelAction.Deliver(publication(6)),
                        new ChannelAction.Deliver(publication(7)),
                        new ChannelAction.Deliver(publication(8)));
    }

    @Test
    void aStoreThatWentBackIsALoss() {
        live();
        step(onBus(6));
        assertThat(step(new ChannelEvent.Suspected()))
                .containsExactly(
                        new ChannelAction.ReadHistory(2, 6, ChannelLimits.DEFAULT.pageSize()));
        assertThat(step(answer(2, 4))).containsExactly(new ChannelAction.PositionLost());
        assertThat(counters.snapshot()).containsEntry(ChannelCounters.Way.LOST_BY_ROLLBACK, 1L);
        assertThat(step(onBus(5))).isEmpty();
        assertThat(join(2, null))
                .containsExactly(
                        new ChannelAction.Joined(2, new JoinResult(at(5), false, List.of())));
    }

    @Test
    void aLostConnectionFailsJoinsAtOnceAndIsRepaired() {
        live();
        join(2, at(1));
        assertThat(step(new ChannelEvent.ConnectionLost()))
                .singleElement()
                .isInstanceOfSatisfying(
                        ChannelAction.JoinFailed.class,
                        failed -> assertThat(failed.joinId()).isEqualTo(2));
        assertThat(join(3, null)).singleElement().isInstanceOf(ChannelAction.JoinFailed.class);
        assertThat(step(answer(2, 5, 2, 3, 4, 5))).as("answer of the old connection").isEmpty();
        step(new ChannelEvent.ConnectionRestored());
        assertThat(step(new ChannelEvent.SubscribeConfirmed()))
                .containsExactly(
                        new ChannelAction.ReadHistory(3, 5, ChannelLimits.DEFAULT.pageSize()));
        assertThat(step(answer(3, 6, 6)))
                .containsExactly(new ChannelAction.Deliver(publication(6)));
    }

    @Test
    void withoutHistoryTheConfirmationIsEnough() {
        step(new ChannelEvent.ConnectionRestored());
        step(new ChannelEvent.JoinRequested(1, JoinRequest.LIVE));
        assertThat(step(new ChannelEvent.SubscribeConfirmed()))
                .containsExactly(
                        new ChannelAction.Joined(
                                1, new JoinResult(StreamPosition.NONE, false, List.of())));
        assertThat(machine.wakeAtMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void itLingersThenCloses() {
        live();
        step(new ChannelEvent.Left());
        assertThat(machine.wakeAtMs()).isEqualTo(ChannelLimits.DEFAULT.lingerMs());
        nowMs = ChannelLimits.DEFAULT.lingerMs();
        assertThat(step(new ChannelEvent.Tick()))
                .containsExactly(new ChannelAction.Unsubscribe(), new ChannelAction.Closed());
    }

    @Test
    void aLiveChannelIsCheckedRegularly() {
        live();
        nowMs = machine.wakeAtMs();
        assertThat(nowMs).isLessThanOrEqualTo(ChannelLimits.DEFAULT.checkMs());
        assertThat(step(new ChannelEvent.Tick()))
                .containsExactly(new ChannelAction.ReadHistory(2, 5, 0));
        assertThat(step(answer(2, 7)))
                .containsExactly(
                        new ChannelAction.ReadHistory(3, 5, ChannelLimits.DEFAULT.pageSize()));
    }
}
