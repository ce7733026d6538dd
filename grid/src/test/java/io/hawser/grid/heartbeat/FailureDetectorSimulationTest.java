package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.heartbeat.ClusterSimulation.Link;
import io.hawser.grid.heartbeat.ClusterSimulation.SimNode;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Three to seven detectors under crashes, pauses, cuts, one-way cuts, loss, delay, restarts and
 * outages of the store. Each seed is a run of its own: {@code -Dseed=} repeats one, {@code -Druns=}
 * makes more of them.
 */
class FailureDetectorSimulationTest {
    private static final int RUNS = Integer.getInteger("runs", 30);

    /** Within so many every branch is taken; some are rare. */
    private static final int MOST_RUNS = 10 * RUNS;

    private static final int FAULTS = 12;
    private static final int HALVINGS = 3;

    /** Longer than the store keeps what it has granted. */
    private static final long CLAIM_FORGOTTEN_MS = 15_000;

    /** Silence, the votes, and what delay and ticks add. */
    private static final long DETECTION_MS = 1_500;

    private final Map<String, Integer> taken = new TreeMap<>();

    @Test
    void invariantsHoldWhateverHappens() {
        String given = System.getProperty("seed");
        if (given != null) {
            run(Long.parseLong(given));
            return;
        }
        long first = new Random().nextLong(1L << 40);
        System.out.println("failure detector simulation, seeds from " + first);
        for (int i = 0; i < RUNS || (taken.containsValue(0) && i < MOST_RUNS); i++) {
            run(first + i);
        }
        System.out.println("failure detector branches " + taken);
        assertThat(taken).doesNotContainValue(0);
    }

    /** Who had lost an even split took in new lives, and was granted claims beside the winners. */
    @Test
    void whoLostASplitFormsNoMajorityOfNewLives() {
        run(805_816_709_049L, false);
        assertThat(taken.get("apart")).isPositive();
    }

    /** A node founded a grid of its own beside the majority, and others gave themselves up. */
    @Test
    void oneThatFoundsBesideAMajorityMakesNobodyGiveUp() {
        run(438_828_398_353L);
        assertThat(taken.get("beside")).isPositive();
    }

    private void run(long seed) {
        run(seed, true);
    }

    private void run(long seed, boolean foundersApart) {
        Run run = new Run(seed, foundersApart);
        try {
            run.go();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " at " + run.sim.nowMs + " ms: " + run.faults, e);
        }
        run.count(taken);
    }

    /** One cluster's story. */
    private static final class Run {
        final ClusterSimulation sim;
        final ClusterFaults faults;
        private final Map<List<Life>, Long> bothSince = new HashMap<>();
        private final Map<String, Long> fenceDueSince = new HashMap<>();
        private final Map<SimNode, Set<Life>> known = new HashMap<>();
        private final Map<SimNode, Steady> steadySince = new HashMap<>();

        /** What makes a majority changes with the nodes that are expected. */
        private record Steady(Set<Life> expected, long sinceMs) {}

        Run(long seed, boolean foundersApart) {
            sim = new ClusterSimulation(seed, 3 + (int) Math.floorMod(seed, 5L));
            faults = new ClusterFaults(sim, foundersApart);
        }

        void go() {
            sim.every(1_000, sim::synchronise);
            sim.startAll();
            sim.runFor(8_000);
            assertWhole("at the start");
            sim.checks.add(this::check);
            for (int i = 0; i < FAULTS; i++) {
                faults.inject();
                sim.runFor(sim.random.nextLong(4_000));
            }
            faults.heal();
            sim.runFor(40_000);
            assertWhole("after healing");
            for (int i = 0; i < HALVINGS; i++) {
                faults.halve();
                sim.runFor(sim.random.nextLong(6_000));
                faults.heal();
                sim.runFor(sim.random.nextLong(12_000));
            }
            faults.halve();
            sim.runFor(CLAIM_FORGOTTEN_MS);
            assertPartGoesOn();
            faults.heal();
            sim.runFor(40_000);
            assertWhole("after halves");
        }

        /** One part, of those that hear each other. */
        private void assertPartGoesOn() {
            List<SimNode> serving = sim.nodes.stream().filter(SimNode::serves).toList();
            assertThat(serving).as("who goes on: %s", states()).isNotEmpty();
            for (SimNode node : serving) {
                assertThat(sim.connected(serving.getFirst(), node))
                        .as("%s serves beside %s: %s", node, serving.getFirst(), states())
                        .isTrue();
            }
        }

        // Invariants

        private void check() {
            noteFaults();
            for (SimNode node : sim.nodes) {
                if (node.runs()) {
                    noFalseEviction(node);
                    deadAreNoticed(node);
                    fencedInTime(node);
                    noFenceWithoutCause(node);
                    noFenceOfTheWell(node);
                }
            }
            noLastingContradiction();
        }

        private void noteFaults() {
            for (SimNode a : sim.nodes) {
                if (!a.runs() || a.detector().fence() != null) {
                    a.faultMs = sim.nowMs;
                }
                if (!a.runs()) {
                    a.stillMs = sim.nowMs;
                }
                if (!a.storeReachable || !sim.storeUp) {
                    a.storeFaultMs = sim.nowMs;
                }
                for (SimNode b : sim.nodes) {
                    Link link = sim.link(a, b);
                    if (link.cut || link.loss > 0) {
                        link.faultMs = sim.nowMs;
                    }
                }
            }
        }

        private boolean wellLately(SimNode node, long ms) {
            if (sim.nowMs - node.faultMs <= ms) {
                return false;
            }
            for (SimNode other : sim.nodes) {
                if (other != node && !linkedLately(node, other, ms)) {
                    return false;
                }
            }
            return true;
        }

        private boolean linkedLately(SimNode a, SimNode b, long ms) {
            return sim.nowMs - sim.link(a, b).faultMs > ms
                    && sim.nowMs - sim.link(b, a).faultMs > ms;
        }

        /** Who was well, and well connected, is never given up. */
        private void noFalseEviction(SimNode node) {
            Set<Life> before = known.computeIfAbsent(node, _ -> new HashSet<>());
            for (Life life : node.evicted) {
                if (before.add(life)) {
                    for (SimNode other : sim.nodes) {
                        if (other.runs() && other.detector().self().equals(life)) {
                            assertThat(wellLately(other, 3_000) && wellLately(node, 3_000))
                                    .as(
                                            "%s evicted %s, which was well: %s",
                                            node.id, life, states())
                                    .isFalse();
                        }
                    }
                }
            }
        }

        /** A majority that is well connected notices who has stopped. */
        private void deadAreNoticed(SimNode node) {
            Set<Life> expected = node.detector().expected();
            Steady steady = steadySince.get(node);
            if (steady == null || !steady.expected.equals(expected)) {
                steady = new Steady(expected, sim.nowMs);
                steadySince.put(node, steady);
            }
            if (node.detector().fence() != null
                    || sim.nowMs - steady.sinceMs <= DETECTION_MS
                    || faults.stoppedMs.keySet().stream().noneMatch(dead -> !dead.runs())
                    || !wellWithMajority(node, expected)) {
                return;
            }
            faults.stoppedMs.forEach(
                    (dead, sinceMs) -> {
                        if (sim.nowMs - sinceMs > DETECTION_MS && !dead.runs()) {
                            assertThat(expected)
                                    .as(() -> node.id + " still expects " + dead.id + states())
                                    .noneMatch(
                                            life ->
                                                    life.node().equals(dead.id)
                                                            && joinedBefore(dead, sinceMs));
                        }
                    });
        }

        /** Nodes that started a moment before they stopped have the grace of a join. */
        private boolean joinedBefore(SimNode dead, long sinceMs) {
            return sinceMs - dead.bornMs > 7_000;
        }

        private boolean wellWithMajority(SimNode node, Set<Life> expected) {
            int well = 0;
            for (SimNode other : sim.nodes) {
                boolean counts =
                        other.runs()
                                && expected.contains(other.detector().self())
                                && other.detector().expected().contains(node.detector().self())
                                && other.detector().expected().equals(expected)
                                && sim.nowMs - other.faultMs > 7_000
                                && allLinkedLately(other);
                well += counts ? 1 : 0;
            }
            return 2 * well > expected.size();
        }

        private boolean allLinkedLately(SimNode node) {
            return sim.nodes.stream()
                    .allMatch(other -> other == node || linkedLately(node, other, 7_000));
        }

        /** A life that was given up by one that it can hear does not go on serving. */
        private void fencedInTime(SimNode node) {
            Life self = node.detector().self();
            boolean due = false;
            for (SimNode other : sim.nodes) {
                due |=
                        other.runs()
                                && other.evicted.contains(self)
                                && other.detector().mayAct()
                                && sim.connected(node, other)
                                && linkedLately(node, other, 0)
                                && !other.detector().expected().contains(self);
            }
            if (due && node.detector().fence() == null) {
                long since = fenceDueSince.computeIfAbsent(node.id, _ -> sim.nowMs);
                assertThat(sim.nowMs - since)
                        .as(() -> self + " serves though it was evicted: " + states())
                        .isLessThan(1_000);
            } else {
                fenceDueSince.remove(node.id);
            }
        }

        private void noFenceWithoutCause(SimNode node) {
            if (node.detector().fence() == FenceReason.ISOLATED) {
                assertThat(sim.nowMs - node.storeFaultMs < 120_000 || sim.nowMs - node.faultMs < 1)
                        .as("%s is isolated though the store was up", node.id)
                        .isTrue();
            }
        }

        /** Whom a majority that is well expects, and is well connected with, gives nothing up. */
        private void noFenceOfTheWell(SimNode node) {
            for (Life life : node.gaveUp) {
                int expecting = 0;
                for (SimNode other : sim.nodes) {
                    boolean expects =
                            other != node
                                    && other.runs()
                                    && sim.nowMs - other.faultMs > 7_000
                                    && linkedLately(node, other, 7_000)
                                    && other.detector().expected().contains(life);
                    expecting += expects ? 1 : 0;
                }
                assertThat(
                                sim.nowMs - node.stillMs > 7_000
                                        && node.gaveUpAfterMs > 7_000
                                        && 2 * (expecting + 1) > sim.nodes.size())
                        .as("%s gave itself up though it was well: %s", life, states())
                        .isFalse();
            }
            node.gaveUp.clear();
        }

        /** Two that serve never go on without each other, once given up. */
        private void noLastingContradiction() {
            Set<List<Life>> now = new HashSet<>();
            for (SimNode a : sim.nodes) {
                for (SimNode b : sim.nodes) {
                    if (a.serves()
                            && b.serves()
                            && a.evicted.contains(b.detector().self())
                            && b.evicted.contains(a.detector().self())) {
                        now.add(List.of(a.detector().self(), b.detector().self()));
                    }
                }
            }
            bothSince.keySet().retainAll(now);
            for (List<Life> pair : now) {
                long since = bothSince.computeIfAbsent(pair, _ -> sim.nowMs);
                assertThat(sim.nowMs - since)
                        .as(() -> pair + " gave each other up: " + states())
                        .isLessThan(2_000);
            }
        }

        /** Each node, for who has to find out what went wrong. */
        private List<String> states() {
            return sim.nodes.stream().filter(SimNode::isUp).map(SimNode::toString).toList();
        }

        private void assertWhole(String when) {
            Set<Life> lives = new HashSet<>();
            for (SimNode node : sim.nodes) {
                assertThat(node.isUp()).as("%s is up %s", node.id, when).isTrue();
                assertThat(node.detector().fence())
                        .as("fence of %s %s: %s", node.id, when, states())
                        .isNull();
                lives.add(node.detector().self());
            }
            for (SimNode node : sim.nodes) {
                assertThat(node.detector().expected())
                        .as("expected by %s %s: %s", node.id, when, states())
                        .isEqualTo(lives);
            }
        }

        void count(Map<String, Integer> taken) {
            add(taken, "splits", faults.splits());
            for (SimNode node : sim.nodes) {
                if (node.isUp()) {
                    count(taken, node.detector().branches());
                }
                add(taken, "reborn", node.reborn);
                add(taken, "founded", node.founded);
            }
        }

        private static void count(Map<String, Integer> taken, DetectorBranches branches) {
            add(taken, "suspected", branches.suspected);
            add(taken, "port closed", branches.portClosed);
            add(taken, "departed", branches.departed);
            add(taken, "cleared", branches.cleared);
            add(taken, "evicted", branches.evicted);
            add(taken, "too soon", branches.tooSoon);
            add(taken, "adopted", branches.adopted);
            add(taken, "tie won", branches.tieWon);
            add(taken, "paused", branches.paused);
            add(taken, "unfenced", branches.unfenced);
            add(taken, "no quorum", branches.noQuorum);
            add(taken, "strange", branches.strange);
            add(taken, "apart", branches.apart);
            add(taken, "beside", branches.beside);
            for (FenceReason reason : FenceReason.values()) {
                add(taken, "fenced " + reason, branches.fencedBy(reason));
            }
        }

        private static void add(Map<String, Integer> taken, String name, int count) {
            taken.merge(name, count, Integer::sum);
        }
    }
}
