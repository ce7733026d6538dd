package io.hawser.grid.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

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
            new ChannelMachine(ChannelLimits.DEFAULT, counters, new CheckPace(1000), 0, 0);
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
        return forked(offset).withId(id(offset));
    }

    /** Another one under the same number. */
    private static Publication forked(long offset) {
        return new Publication(offset, Payload.of("p" + offset), null, Map.of(), 0).withId(-offset);
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
        return answer(readId, at(top), found, id(top));
    }

    private static ChannelEvent answer(
            long readId, StreamPosition top, List<Publication> found, long topId) {
        return new ChannelEvent.HistoryRead(readId, new StreamRead(new History(top, found), topId));
    }

    private static long id(long offset) {
        return 1000 + offset;
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
    void aReadIsComparedWithWhatWasSeen() {
        live();
        step(onBus(6));
        step(onBus(8));
        assertThat(machine.witness()).isEqualTo(new Witness(at(8), 6, id(6), false));
    }

    @Test
    void anotherPublicationUnderAKnownNumberIsAFork() {
        live();
        step(onBus(6));
        step(onBus(7));
        assertThat(step(new ChannelEvent.PublicationArrived(at(6), forked(6))))
                .containsExactly(repair(2, 7));
        assertThat(machine.witness().forked()).isTrue();
        assertThat(step(onBus(8))).as("nothing continues a fork").isEmpty();
        assertThat(join(2, at(7))).as("joins wait").isEmpty();
        assertNewEpochIsTold(2);
    }

    @Test
    void whatAReadContradictsIsAFork() {
        live();
        step(onBus(6));
        step(onBus(8));
        assertThat(step(answer(2, at(8), List.of(publication(7), forked(8)), -8)))
                .containsExactly(repair(3, 6));
        assertThat(machine.witness().forked()).isTrue();
        join(2, at(6));
        assertNewEpochIsTold(3);
    }

    @Test
    void aStoreThatWentBackIsAFork() {
        live();
        step(onBus(6));
        assertThat(step(new ChannelEvent.Suspected())).containsExactly(repair(2, 6));
        assertThat(step(answer(2, 4))).containsExactly(repair(3, 6));
        assertThat(machine.witness().forked()).isTrue();
        join(2, at(6));
        assertNewEpochIsTold(3);
    }

    private static ChannelAction repair(long readId, long since) {
        return new ChannelAction.ReadHistory(readId, since, ChannelLimits.DEFAULT.pageSize());
    }

    /** With one subscriber, and join 2 waiting. */
    private void assertNewEpochIsTold(long readId) {
        StreamPosition top = new StreamPosition(9, "e2");
        assertThat(step(answer(readId, top, List.of(), -9)))
                .satisfiesExactly(
                        told -> assertThat(told).isEqualTo(new ChannelAction.PositionLost()),
                        fresh ->
                                assertThat(fresh)
                                        .as("the join came after the read")
                                        .isInstanceOf(ChannelAction.ReadHistory.class));
        assertThat(step(answer(readId + 1, top, List.of(), -9)))
                .containsExactly(
                        new ChannelAction.Joined(2, new JoinResult(top, false, List.of())));
        assertThat(counters.snapshot()).containsEntry(ChannelCounters.Way.FORK_SEEN, 1L);
        assertThat(machine.witness()).isEqualTo(new Witness(top, 9, -9, false));
    }

    @Test
    void afterAReconnectItIsComparedWithWhatWasBefore() {
        live();
        step(onBus(6));
        step(new ChannelEvent.ConnectionLost());
        step(new ChannelEvent.ConnectionRestored());
        step(new ChannelEvent.SubscribeConfirmed());
        step(onBus(7));
        step(new ChannelEvent.HistoryReadFailed(2));
        assertThat(machine.witness()).isEqualTo(new Witness(at(7), 6, id(6), false));
        nowMs = machine.wakeAtMs();
        assertThat(step(new ChannelEvent.Tick())).containsExactly(repair(3, 7));
        step(answer(3, 7));
        assertThat(machine.witness()).isEqualTo(new Witness(at(7), 7, id(7), false));
    }

    /** 6 is on its way, 7 waits for it, Redis loses both and gives their numbers to others. */
    @Test
    void whatWaitedForAGapIsOfTheLostConnectionAndForgotten() {
        live();
        step(onBus(7));
        step(new ChannelEvent.ConnectionLost());
        step(new ChannelEvent.ConnectionRestored());
        step(new ChannelEvent.SubscribeConfirmed());
        assertThat(step(new ChannelEvent.PublicationArrived(at(6), forked(6))))
                .containsExactly(new ChannelAction.Deliver(forked(6)));
        assertThat(machine.witness().highest()).as("still a witness of 7").isEqualTo(at(7));
    }

    @Test
    void whatAReadBroughtSoonerMayComeOnceMore() {
        live();
        List<Publication> found = new ArrayList<>();
        for (long offset = 6; offset <= 50; offset++) {
            found.add(publication(offset));
        }
        step(new ChannelEvent.Suspected());
        assertThat(step(answer(2, at(50), found, id(50)))).hasSize(45);
        for (long offset = 6; offset <= 50; offset++) {
            assertThat(step(onBus(offset))).isEmpty();
        }
        assertThat(step(onBus(20)))
                .as("but the bus never goes back")
                .containsExactly(repair(3, 50));
    }

    @Test
    void oneReadServesThoseWhoComeLaterToo() {
        live();
        assertThat(join(2, at(2))).hasSize(1);
        assertThat(step(answer(2, 5, 3, 4, 5))).hasSize(1);
        step(onBus(6));
        nowMs = ChannelLimits.DEFAULT.shareMs() - 1;
        assertThat(join(3, at(3)))
                .containsExactly(new ChannelAction.Joined(3, recovered(6, 4, 5, 6)));
        assertThat(join(4, at(1))).as("needs more, and waits for the next").isEmpty();
        assertThat(machine.wakeAtMs()).isEqualTo(ChannelLimits.DEFAULT.shareMs());
        nowMs = ChannelLimits.DEFAULT.shareMs();
        assertThat(step(new ChannelEvent.Tick()))
                .containsExactly(
                        new ChannelAction.ReadHistory(3, 1, 5 + ChannelLimits.DEFAULT.pageSize()));
    }

    @Test
    void checksWaitForTheirTurn() {
        CheckPace crowded = new CheckPace(1);
        crowded.reserve(20_000);
        crowded.reserve(20_000);
        crowded.reserve(20_000);
        ChannelMachine waiting = new ChannelMachine(ChannelLimits.DEFAULT, counters, crowded, 0, 0);
        List<ChannelAction> actions = new ArrayList<>();
        waiting.step(new ChannelEvent.ConnectionRestored(), 0, actions);
        waiting.step(
                new ChannelEvent.JoinRequested(1, new JoinRequest(HISTORY, null, 1)), 0, actions);
        waiting.step(new ChannelEvent.SubscribeConfirmed(), 0, actions);
        waiting.step(answer(1, 5), 0, actions);
        actions.clear();
        waiting.step(new ChannelEvent.Tick(), 20_500, actions);
        assertThat(actions).isEmpty();
        assertThat(waiting.wakeAtMs()).isEqualTo(23_000);
        waiting.step(new ChannelEvent.Tick(), 23_000, actions);
        assertThat(actions).containsExactly(new ChannelAction.ReadHistory(2, 5, 0));
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
