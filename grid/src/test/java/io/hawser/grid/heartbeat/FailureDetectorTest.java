package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One detector, stepped: what each input does by itself. */
class FailureDetectorTest {
    private static final DetectorSettings TIMES = DetectorSettings.of(200, 900);
    private static final Life A = new Life("a", 1);
    private static final Life B = new Life("b", 1);
    private static final Life C = new Life("c", 1);

    private final FailureDetector detector = new FailureDetector(TIMES, A, List.of(B, C), 0);
    private final Map<Life, Long> sequences = new HashMap<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private long nowMs;

    private Heartbeat from(Life sender, Map<Life, Sight> sights, Set<Life> givenUp) {
        long sequence = sequences.merge(sender, 1L, Long::sum);
        return new Heartbeat(
                sender, sequence, true, false, sights, givenUp, ByteBuffer.allocate(0));
    }

    private Heartbeat from(Life sender) {
        Life other = sender.equals(B) ? C : B;
        return from(sender, Map.of(A, Sight.heard(10), other, Sight.heard(10)), Set.of());
    }

    /** Ticks every 25 ms; who is alive is heard every 200 ms. */
    private void run(long ms, Life... alive) {
        long endMs = nowMs + ms;
        for (; nowMs < endMs; nowMs += 25) {
            if (nowMs % 200 == 0) {
                for (Life life : alive) {
                    detector.heard(from(life), nowMs);
                }
            }
            verdicts.addAll(detector.tick(nowMs));
        }
    }

    @Test
    void whoIsHeardIsLeftAlone() {
        run(10_000, B, C);
        assertThat(verdicts).isEmpty();
        assertThat(detector.mayAct()).isTrue();
    }

    @Test
    void oneAloneDoesNotGiveAnotherUp() {
        run(1_000, B, C);
        run(5_000, B); // which hears C
        assertThat(verdicts).containsExactly(new Verdict.Suspected(C));
        run(1_000, B, C);
        assertThat(verdicts).contains(new Verdict.Cleared(C));
    }

    @Test
    void aReplayIsNoSignOfLife() {
        run(1_000, B, C);
        Heartbeat old = from(C);
        assertThat(detector.heard(old, nowMs)).isTrue();
        assertThat(detector.heard(old, nowMs)).isFalse();
        Heartbeat beforeOurTime =
                new Heartbeat(
                        new Life("d", 1),
                        5,
                        true,
                        false,
                        Map.of(),
                        Set.of(),
                        ByteBuffer.allocate(0));
        assertThat(detector.joined(beforeOurTime.sender(), nowMs)).isTrue();
        assertThat(detector.heard(beforeOurTime, nowMs)).isFalse();
    }

    @Test
    void aPastOrUnknownLifeMeansNothing() {
        run(1_000, B, C);
        assertThat(detector.heard(from(new Life("x", 1)), nowMs)).isFalse();
        detector.joined(new Life("c", 2), nowMs);
        assertThat(detector.heard(from(C), nowMs)).isFalse();
        assertThat(detector.joined(C, nowMs)).isTrue();
        assertThat(detector.expected()).contains(new Life("c", 2)).doesNotContain(C);
    }

    @Test
    void withTheOtherVoteItIsGivenUpForGood() {
        run(1_000, B, C);
        detector.connectionLost(C, nowMs);
        detector.heard(from(B, Map.of(A, Sight.heard(1), C, Sight.SILENT), Set.of()), nowMs);
        run(300);
        assertThat(verdicts).contains(new Verdict.Suspected(C), new Verdict.Evicted(C));
        detector.joined(C, nowMs);
        assertThat(detector.expected()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void whoLeftIsNotGivenUpByThoseWhoHearOfItLater() {
        run(1_000, B, C);
        detector.heard(from(B, Map.of(A, Sight.heard(1), C, Sight.LEFT), none()), nowMs);
        assertThat(detector.expected()).containsExactlyInAnyOrder(A, B);
        run(2_000, B);
        assertThat(verdicts).isEmpty();
        assertThat(detector.mayAct()).isTrue();
        assertThat(detector.joined(C, nowMs)).isTrue();
        assertThat(detector.expected()).doesNotContain(C);
    }

    @Test
    void whoLeavesDoesNotTakeTheOthersGoodbyeForItsEnd() {
        run(1_000, B, C);
        detector.leave();
        for (int i = 0; i < 10; i++) {
            for (Life other : List.of(B, C)) {
                detector.heard(from(other, Map.of(A, Sight.LEFT), none()), nowMs);
                var without = new StoreView(other, i + 1, true, Set.of(B, C), none());
                detector.storeAnswered(List.of(without), nowMs);
            }
            run(200);
        }
        run(3_000);
        assertThat(verdicts).noneMatch(Verdict.Fenced.class::isInstance);
        assertThat(verdicts).noneMatch(Verdict.Evicted.class::isInstance);
        assertThat(detector.mayAct()).isFalse();
    }

    @Test
    void ofAGoodbyeTheOthersAreTold() {
        run(1_000, B, C);
        detector.left(C);
        Heartbeat told = detector.heartbeat(false, ByteBuffer.allocate(0), nowMs);
        assertThat(told.sights()).containsEntry(C, Sight.LEFT);
        assertThat(told.givenUp()).isEmpty();
        assertThat(detector.view().givenUp()).isEmpty();
    }

    @Test
    void aProbeThatIsAnsweredKeepsItAlive() {
        run(1_000, B, C);
        detector.connectionLost(C, nowMs);
        run(25);
        assertThat(verdicts).containsExactly(new Verdict.Probe(C));
        detector.heard(from(C), nowMs);
        run(1_000, B, C);
        assertThat(verdicts).hasSize(1);
    }

    @Test
    void whoseHostSaysTwiceThatNobodyListensIsSilent() {
        run(1_000, B, C);
        detector.portClosed(C, nowMs);
        run(25);
        assertThat(verdicts).containsExactly(new Verdict.Probe(C));
        detector.portClosed(C, nowMs); // at once, so no more than once
        run(25);
        assertThat(verdicts).doesNotContain(new Verdict.Suspected(C));
        detector.portClosed(C, nowMs);
        run(25);
        assertThat(verdicts).contains(new Verdict.Suspected(C));
        assertThat(verdicts).noneMatch(Verdict.Evicted.class::isInstance);
    }

    @Test
    void aClosedPortAndALostConnectionAreTwoSigns() {
        run(1_000, B, C);
        detector.connectionLost(C, nowMs);
        detector.portClosed(C, nowMs);
        run(25);
        assertThat(verdicts).contains(new Verdict.Suspected(C));
    }

    @Test
    void whoAnswersWasOnlyBehindAFirewallsMoment() {
        run(1_000, B, C);
        detector.portClosed(C, nowMs);
        run(25);
        detector.heard(from(C), nowMs);
        run(50, B, C);
        detector.portClosed(C, nowMs);
        run(25);
        detector.heard(from(C), nowMs);
        run(1_000, B, C);
        assertThat(verdicts).containsExactly(new Verdict.Probe(C), new Verdict.Probe(C));
    }

    @Test
    void whoWasNeverHeardMayBeAboutToListen() {
        run(100, B);
        detector.portClosed(C, nowMs);
        run(100, B);
        detector.portClosed(C, nowMs);
        run(600, B);
        assertThat(verdicts).isEmpty();
    }

    @Test
    void aLastWordIsAGoodbye() {
        run(1_000, B, C);
        var leaver = new FailureDetector(TIMES, C, List.of(A, B), 0);
        leaver.leave();
        Map<Life, Sight> sights = leaver.goodbye(ByteBuffer.allocate(0), nowMs).sights();
        detector.heard(from(C, sights, none()), nowMs);
        run(25, B);
        assertThat(verdicts).containsExactly(new Verdict.Departed(C));
        detector.portClosed(C, nowMs);
        run(2_000, B);
        assertThat(verdicts).hasSize(1);
        assertThat(detector.expected()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void whoHearsNobodyFencesItselfUnlessTheStoreAnswers() {
        run(1_000, B, C);
        run(1_200);
        assertThat(verdicts).contains(new Verdict.Fenced(FenceReason.ISOLATED));
        assertThat(detector.mayAct()).isFalse();
    }

    @Test
    void whileTheStoreShowsNoMajorityNobodyFences() {
        run(1_000, B, C);
        long sequence = 0;
        for (int i = 0; i < 30; i++) {
            sequence++;
            var alone = new StoreView(B, sequence, false, Set.of(A, B, C), Set.of());
            detector.storeAnswered(List.of(alone), nowMs);
            run(200);
        }
        assertThat(verdicts)
                .contains(new Verdict.NoQuorum(true))
                .noneMatch(Verdict.Fenced.class::isInstance)
                .noneMatch(Verdict.Evicted.class::isInstance);
        run(1_000, B, C);
        assertThat(verdicts).contains(new Verdict.NoQuorum(false));
    }

    /** There is a majority: it has only not taken the newcomer in yet. */
    @Test
    void whoJoinsBesideAMajorityRaisesNoAlert() {
        for (int i = 0; i < 8; i++) {
            var others = new StoreView(B, i + 1, true, Set.of(B, C), Set.of());
            detector.storeAnswered(List.of(others), nowMs);
            run(200);
        }
        assertThat(detector.branches().apart).isPositive();
        assertThat(verdicts)
                .noneMatch(Verdict.NoQuorum.class::isInstance)
                .noneMatch(Verdict.Fenced.class::isInstance);
    }

    /** It did not find the others, and founded a grid of its own; there is one store for both. */
    @Test
    void whoFoundsAGridBesideAMajorityDisturbsNobodyInIt() {
        run(2_000, B, C);
        Life stranger = new Life("d", 1);
        for (int i = 0; i < 50; i++) {
            detector.storeAnswered(
                    List.of(
                            new StoreView(B, i + 1, true, Set.of(A, B, C), none()),
                            new StoreView(stranger, i + 1, true, Set.of(stranger), none())),
                    nowMs);
            run(200, B, C);
        }
        assertThat(detector.branches().beside).isPositive();
        assertThat(verdicts).isEmpty();
        assertThat(detector.mayAct()).isTrue();
    }

    /** Of two majorities that a cut has left, one took it in: it is not for the other to say. */
    @Test
    void whoIsTakenInByOneOfTwoMajoritiesStays() {
        Life other = new Life("d", 1);
        for (int i = 0; i < 60; i++) {
            detector.storeAnswered(
                    List.of(
                            new StoreView(B, i + 1, true, Set.of(A, B, C), none()),
                            new StoreView(other, i + 1, true, Set.of(other), none())),
                    nowMs);
            run(200);
        }
        assertThat(detector.branches().apart).isPositive();
        assertThat(verdicts).noneMatch(Verdict.Fenced.class::isInstance);
    }

    /** Though it hears a majority, by what that says, the store shows that it was given up. */
    @Test
    void whoWasDroppedByAMajorityInTheStoreGoes() {
        run(2_000, B, C);
        for (int i = 0; i < 10; i++) {
            Set<Life> expected = i < 3 ? Set.of(A, B, C) : Set.of(B, C);
            detector.storeAnswered(List.of(new StoreView(B, i + 1, true, expected, none())), nowMs);
            run(200, B, C);
        }
        assertThat(verdicts).contains(new Verdict.Fenced(FenceReason.EVICTED));
    }

    @Test
    void whoIsToldThatItsLifeIsOverBelievesIt() {
        run(1_000, B, C);
        detector.heard(from(B, Map.of(C, Sight.heard(1)), Set.of(A)), nowMs);
        run(100, C);
        assertThat(verdicts).containsExactly(new Verdict.Fenced(FenceReason.EVICTED));
        run(5_000, B, C);
        assertThat(detector.fence()).isEqualTo(FenceReason.EVICTED);
        Life again = new Life("a", 2);
        detector.reborn(again, Set.of(B, C), nowMs);
        for (int i = 0; i < 10; i++) {
            for (Life life : List.of(B, C)) {
                detector.heard(from(life, Map.of(again, Sight.heard(5)), Set.of(A)), nowMs);
            }
            run(200);
        }
        assertThat(verdicts).last().isEqualTo(new Verdict.Unfenced());
    }

    @Test
    void whoWasSuspectedInTheLastLifeIsNotInTheNext() {
        run(1_000, B, C);
        detector.heard(from(B, Map.of(C, Sight.heard(1)), Set.of(A)), nowMs);
        run(2_000);
        assertThat(verdicts).contains(new Verdict.Suspected(B), new Verdict.Suspected(C));
        detector.reborn(new Life("a", 2), Set.of(B, C), nowMs);
        run(100, B, C);
        assertThat(verdicts).contains(new Verdict.Cleared(B), new Verdict.Cleared(C));
    }

    @Test
    void whoStoodStillAsksBeforeItServes() {
        run(1_000, B, C);
        nowMs += 700;
        run(25);
        assertThat(verdicts).containsExactly(new Verdict.Fenced(FenceReason.PAUSED));
        run(1_000, B, C);
        assertThat(verdicts).last().isEqualTo(new Verdict.Unfenced());
    }

    @Test
    void aNewcomerHasNoVoteBeforeTheOthersKnowIt() {
        run(1_000, B, C);
        Life d = new Life("d", 1);
        Life e = new Life("e", 1);
        detector.joined(d, nowMs);
        detector.joined(e, nowMs);
        // B and C fall silent at once: with d and e there would be three of five.
        for (int i = 0; i < 15; i++) {
            for (Life life : List.of(d, e)) {
                detector.heard(from(life, Map.of(A, Sight.heard(1)), Set.of()), nowMs);
            }
            run(200);
        }
        assertThat(verdicts).contains(new Verdict.Fenced(FenceReason.ISOLATED));
        assertThat(verdicts).noneMatch(Verdict.Evicted.class::isInstance);
    }

    @Test
    void afterACutOfAllTheFirstToMeetAgainDoNotGiveUpTheRest() {
        Life d = new Life("d", 1);
        Life e = new Life("e", 1);
        var five = new FailureDetector(TIMES, A, List.of(B, C, d, e), 0);
        List<Life> others = List.of(B, C, d, e);
        for (nowMs = 0; nowMs < 5_000; nowMs += 25) {
            // Nobody hears anybody from 1 s to 4 s, though the store is there.
            if (nowMs % 200 == 0 && nowMs < 1_000) {
                others.forEach(life -> five.heard(from(life, all(Sight.heard(10)), none()), nowMs));
            }
            if (nowMs % 200 == 0) {
                five.storeAnswered(
                        List.of(new StoreView(B, nowMs + 1, nowMs < 1_000, Set.of(A, B), none())),
                        nowMs);
            }
            // B and C have heard us, and not yet d and e, which are only a moment later.
            if (nowMs == 4_000) {
                for (Life life : List.of(B, C)) {
                    Map<Life, Sight> sights = new HashMap<>(all(Sight.SILENT));
                    sights.put(A, Sight.heard(1));
                    five.heard(from(life, sights, none()), nowMs);
                }
            }
            if (nowMs > 4_000 && nowMs % 200 == 25) {
                others.forEach(life -> five.heard(from(life, all(Sight.heard(10)), none()), nowMs));
            }
            verdicts.addAll(five.tick(nowMs));
        }
        assertThat(verdicts)
                .contains(new Verdict.Suspected(d), new Verdict.Cleared(d))
                .noneMatch(Verdict.Evicted.class::isInstance);
        assertThat(five.mayAct()).isTrue();
    }

    private static Map<Life, Sight> all(Sight sight) {
        Life d = new Life("d", 1);
        Life e = new Life("e", 1);
        return Map.of(A, sight, B, sight, C, sight, d, sight, e, sight);
    }

    private static Set<Life> none() {
        return Set.of();
    }
}
