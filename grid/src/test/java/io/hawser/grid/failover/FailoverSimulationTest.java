package io.hawser.grid.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.affinity.AffinityByUserId;
import io.hawser.grid.affinity.AffinityEntry;
import io.hawser.grid.affinity.ClientTraits;
import io.hawser.grid.affinity.NodeChooser;
import io.hawser.grid.affinity.Placement;
import io.hawser.grid.affinity.Placing;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.failover.FailoverRecord.Outcome;
import io.hawser.grid.heartbeat.ClusterFaults;
import io.hawser.grid.heartbeat.ClusterSimulation;
import io.hawser.grid.heartbeat.ClusterSimulation.SimNode;
import io.hawser.grid.heartbeat.Life;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Three to seven nodes with clients, under every fault of the simulated cluster: who is lost is
 * taken over, once and by those that remain, and whoever is asked names a node that lives. Each
 * seed is a run of its own: {@code -Dseed=} repeats one, {@code -Druns=} makes more of them.
 */
class FailoverSimulationTest {
    private static final int RUNS = Integer.getInteger("runs", 50);

    /** Within so many every branch is taken; some are rare. */
    private static final int MOST_RUNS = 10 * RUNS;

    private static final int FAULTS = 12;
    private static final List<String> USERS =
            IntStream.range(0, 40).mapToObj(i -> "user-" + i).toList();
    private static final int ROOM = 1_000;
    private static final long GRACE_MS = 5_000;
    private static final Placing PLACING =
            new Placing(new AffinityByUserId(), NodeChooser.RENDEZVOUS);

    private final Map<String, Integer> taken = new TreeMap<>();

    @Test
    void clientsOfLostNodesAreTakenOver() {
        String given = System.getProperty("seed");
        if (given != null) {
            run(Long.parseLong(given));
            return;
        }
        List.of("reassign", "grace return", "early return", "taken over by a successor", "merge")
                .forEach(branch -> taken.put(branch, 0));
        long first = new Random().nextLong(1L << 40);
        System.out.println("failover simulation, seeds from " + first);
        for (int i = 0; i < RUNS || (taken.containsValue(0) && i < MOST_RUNS); i++) {
            run(first + i);
        }
        System.out.println("failover branches " + taken);
        assertThat(taken).doesNotContainValue(0);
    }

    private void run(long seed) {
        var run = new Run(seed);
        try {
            run.go();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " at " + run.sim.nowMs + ": " + run.faults, e);
        }
    }

    /** What a node has beside its detector: its share of the grid's map, and what it has to do. */
    private static final class Desk {
        final SimNode node;
        final FailoverQueue queue;
        final Map<String, AffinityEntry> entries = new HashMap<>();

        /** Lives that this life of the node has given up and not seen taken over. */
        final Set<Life> open = new HashSet<>();

        /** Rises whenever entries may have changed. */
        private int version;

        /** What look-ups were last right with. */
        private int checkedVersion;

        private Set<Life> checkedView = Set.of();
        private final Map<String, AffinityEntry> checkedEntries = new HashMap<>();

        Desk(SimNode node) {
            this.node = node;
            queue = new FailoverQueue(new NodeId(node.id));
        }

        void clear() {
            queue.clear();
            entries.clear();
            version++;
            open.clear();
        }

        List<NodeInfo> view() {
            return node.expected().stream().map(life -> info(life, NodeStatus.ACTIVE)).toList();
        }
    }

    private static NodeInfo info(Life life, NodeStatus status) {
        return Known.node(life.node(), life.incarnation(), status, 10, ROOM);
    }

    /** One cluster's story. */
    private final class Run {
        final ClusterSimulation sim;
        final ClusterFaults faults;
        private final Random random;
        private final FailoverStrategy strategy;
        private final List<Desk> desks = new ArrayList<>();
        private final Map<Life, Integer> births = new HashMap<>();
        private final Set<Life> reassigned = new HashSet<>();

        Run(long seed) {
            sim = new ClusterSimulation(seed, 3 + (int) Math.floorMod(seed, 5L));
            random = sim.random;
            faults = new ClusterFaults(sim);
            var strategies = List.of(FailoverStrategy.values());
            strategy = strategies.get((int) Math.floorMod(seed / 5, (long) strategies.size()));
            for (SimNode node : sim.nodes) {
                var desk = new Desk(node);
                desks.add(desk);
                node.onBorn = life -> born(desk, life);
                node.onLost = life -> lost(desk, life);
            }
        }

        void go() {
            sim.every(1_000, sim::synchronise);
            sim.every(1_000, this::merge);
            sim.every(100, () -> desks.forEach(this::work));
            sim.every(20, this::oneClientConnects);
            sim.startAll();
            sim.runFor(8_000);
            sim.checks.add(this::lookUpsNameLivingNodes);
            for (int i = 0; i < FAULTS; i++) {
                faults.inject();
                sim.runFor(random.nextLong(4_000));
            }
            faults.heal();
            sim.runFor(40_000 + 30_000);
            assertTakenOver();
        }

        private void born(Desk desk, Life life) {
            desk.clear();
            births.put(life, births.size());
        }

        /** The oldest of those that it takes for the cluster, if that may decide. */
        private boolean isCoordinator(Desk desk) {
            return desk.node.mayAct()
                    && desk.node.expected().stream()
                            .min(Comparator.comparing(life -> births.getOrDefault(life, 0)))
                            .orElseThrow()
                            .equals(desk.node.life());
        }

        private void lost(Desk desk, Life life) {
            NodeInfo node = info(life, NodeStatus.OFFLINE);
            desk.queue.lost(node, sim.nowMs, strategy.delayMs(node, GRACE_MS));
            if (!life.node().equals(desk.node.id)) {
                desk.open.add(life);
            }
        }

        private void work(Desk desk) {
            if (!desk.node.runs()) {
                return;
            }
            for (var pending :
                    desk.queue.due(
                            sim.nowMs,
                            isCoordinator(desk),
                            lost -> Takeover.returned(lost, strategy, desk.view()) != null)) {
                NodeInfo lost = pending.node();
                Takeover takeover = Takeover.of(lost, strategy, desk.view());
                assertThat(takeover.targets())
                        .as("targets of %s by %s", lost.id(), desk.node)
                        .isNotEmpty()
                        .allMatch(
                                target ->
                                        desk.node
                                                .expected()
                                                .contains(
                                                        new Life(
                                                                target.node(),
                                                                target.incarnation())));
                members(desk).forEach(member -> reassign(member, lost, takeover));
                count(pending, takeover);
                members(desk).forEach(member -> done(member, lost));
            }
        }

        private void count(FailoverQueue.Pending pending, Takeover takeover) {
            NodeInfo lost = pending.node();
            boolean first = reassigned.add(new Life(lost.id().value(), lost.incarnation()));
            add(first ? "first" : "lost twice");
            add(takeover.outcome() == Outcome.RETURNED ? "grace return" : "reassign");
            if (takeover.outcome() == Outcome.RETURNED && sim.nowMs < pending.dueMs()) {
                add("early return");
            }
            if (sim.nowMs - pending.dueMs() > 500) {
                add("taken over by a successor");
            }
        }

        private void reassign(Desk desk, NodeInfo lost, Takeover takeover) {
            desk.version++;
            desk.entries.replaceAll(
                    (user, entry) -> {
                        AffinityEntry after =
                                entry.reassigned(
                                        user,
                                        lost.id().value(),
                                        lost.incarnation(),
                                        takeover.targets(),
                                        sim.nowMs);
                        return after == null ? entry : after;
                    });
        }

        private void done(Desk desk, NodeInfo lost) {
            desk.queue.done(lost.id(), lost.incarnation());
            desk.open.removeIf(
                    life ->
                            life.node().equals(lost.id().value())
                                    && life.incarnation() <= lost.incarnation());
        }

        /** Those whom a write of this node reaches. */
        private List<Desk> members(Desk desk) {
            return desks.stream()
                    .filter(other -> other == desk || areMembers(desk, other))
                    .toList();
        }

        private boolean areMembers(Desk a, Desk b) {
            return sim.connected(a.node, b.node)
                    && a.node.expected().contains(b.node.life())
                    && b.node.expected().contains(a.node.life());
        }

        private void oneClientConnects() {
            Desk desk = desks.get(random.nextInt(desks.size()));
            if (!desk.node.runs() || !desk.node.serves()) {
                return;
            }
            String user = USERS.get(random.nextInt(USERS.size()));
            var id = new NodeId(desk.node.id);
            long incarnation = desk.node.life().incarnation();
            AffinityEntry before = desk.entries.get(user);
            AffinityEntry after =
                    before == null
                            ? AffinityEntry.first(id, incarnation, sim.nowMs)
                            : before.connected(id, incarnation, sim.nowMs);
            for (Desk member : members(desk)) {
                member.version++;
                member.entries.put(user, after);
            }
        }

        /** As the grid's map after a split, and as a new member gets its share. */
        private void merge() {
            for (Desk a : desks) {
                for (Desk b : desks) {
                    if (a != b && a.node.runs() && b.node.runs() && areMembers(a, b)) {
                        if (!a.entries.equals(b.entries)) {
                            add("merge");
                        }
                        b.version++;
                        a.entries.forEach(
                                (user, entry) ->
                                        b.entries.merge(user, entry, AffinityEntry::winner));
                    }
                }
            }
        }

        private void lookUpsNameLivingNodes() {
            for (Desk desk : desks) {
                if (desk.node.runs() && desk.node.mayAct()) {
                    lookUpsNameLivingNodes(desk);
                } else {
                    desk.checkedView = Set.of();
                }
            }
        }

        /** Of all users; those for whom nothing has changed are not asked for again. */
        private void lookUpsNameLivingNodes(Desk desk) {
            Set<Life> expected = desk.node.expected();
            boolean all = !expected.equals(desk.checkedView);
            if (!all && desk.version == desk.checkedVersion) {
                return;
            }
            for (String user : USERS) {
                AffinityEntry entry = desk.entries.get(user);
                if (all || !Objects.equals(entry, desk.checkedEntries.get(user))) {
                    assertNamesLivingNode(desk, user, entry, expected);
                    desk.checkedEntries.put(user, entry);
                }
            }
            desk.checkedView = expected;
            desk.checkedVersion = desk.version;
        }

        private void assertNamesLivingNode(
                Desk desk, String user, @Nullable AffinityEntry entry, Set<Life> expected) {
            Placement placement =
                    PLACING.place(new ClientTraits(user, "", "", ""), entry, desk.view());
            NodeInfo named = placement.node();
            Life life = named == null ? null : new Life(named.id().value(), named.incarnation());
            assertThat(expected).as(() -> "for " + user + " at " + desk.node).contains(life);
            add("look-ups");
        }

        private void assertTakenOver() {
            Map<String, AffinityEntry> entries = desks.getFirst().entries;
            Set<Life> over = new HashSet<>(reassigned);
            over.addAll(sim.departed);
            for (Desk desk : desks) {
                assertThat(desk.entries).as("entries at %s", desk.node).isEqualTo(entries);
                // A life that it never knew was replaced before it counted: its entries are none.
                if (isCoordinator(desk)) {
                    assertThat(desk.open).as("lost, says %s", desk.node).isSubsetOf(over);
                }
            }
            Set<Life> gone = new HashSet<>(reassigned);
            sim.nodes.forEach(node -> gone.remove(node.life()));
            assertThat(entries.values())
                    .as("clients of nodes that were taken over")
                    .noneMatch(entry -> gone.contains(new Life(entry.node(), entry.incarnation())));
        }

        private void add(String branch) {
            taken.merge(branch, 1, Integer::sum);
        }
    }
}
