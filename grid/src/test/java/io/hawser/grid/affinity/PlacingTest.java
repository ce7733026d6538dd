package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.affinity.Placement.Reason;
import io.hawser.grid.affinity.Placing.Verdict;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

class PlacingTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final ClientTraits ANN = ClientTraits.ofUser("ann");
    private static final List<NodeInfo> THREE =
            List.of(Fleet.node("n1"), Fleet.node("n2"), Fleet.node("n3"));

    private final Placing byUser = placing(new AffinityByUserId());

    private static Placing placing(AffinityStrategy strategy) {
        return new Placing(strategy, NodeChooser.RENDEZVOUS);
    }

    private static AffinityEntry at(String node) {
        return AffinityEntry.first(new NodeId(node), 1, NOW);
    }

    private static String nodeOf(Placement placement) {
        return placement.node() == null ? "" : placement.node().id().value();
    }

    @Test
    void aMappingHoldsWhileItsNodeServes() {
        for (NodeInfo node : THREE) {
            Placement placement = byUser.place(ANN, at(node.id().value()), THREE);
            assertThat(placement.node()).isEqualTo(node);
            assertThat(placement.reason()).isEqualTo(Reason.MAPPED);
            assertThat(placement.key()).isEqualTo("u:ann");
        }
    }

    @Test
    void aNodeThatTakesNobodyCountsAsNone() {
        List<NodeInfo> unfit =
                List.of(
                        Fleet.being("n1", NodeStatus.DRAINING),
                        Fleet.being("n1", NodeStatus.OFFLINE),
                        Fleet.being("n1", NodeStatus.FENCED),
                        Fleet.being("n1", NodeStatus.SUSPECT),
                        Fleet.being("n1", NodeStatus.STARTING),
                        Fleet.being("n1", NodeStatus.LEFT),
                        Fleet.full("n1"),
                        Fleet.reborn("n1", 2),
                        Fleet.node("n9"));
        for (NodeInfo first : unfit) {
            Placement placement =
                    byUser.place(ANN, at("n1"), List.of(first, Fleet.being("n2", NodeStatus.LEFT)));
            boolean serves = Placing.takesClients(first);
            assertThat(placement.reason()).isEqualTo(serves ? Reason.NODE_GONE : Reason.NO_NODE);
            assertThat(nodeOf(placement)).isEqualTo(serves ? first.id().value() : "");
        }
    }

    @Test
    void withoutAMappingTheChooserChooses() {
        var chosen = new Placing(new AffinityByUserId(), (_, _, nodes) -> nodes.getLast());
        assertThat(nodeOf(chosen.place(ANN, null, THREE))).isEqualTo("n3");
        assertThat(chosen.place(ANN, null, THREE).reason()).isEqualTo(Reason.NEW);
        assertThat(chosen.placeUnasked(ANN, THREE).reason()).isEqualTo(Reason.NO_ANSWER);
        assertThat(chosen.place(ANN, null, List.of()).reason()).isEqualTo(Reason.NO_NODE);
    }

    @Test
    void aGivenSessionNamesItsNode() {
        String given = GivenSessions.newId(new NodeId("n2"));
        var anonymous = new ClientTraits("", given, "", "");
        Placement placement = byUser.place(anonymous, null, THREE);
        assertThat(nodeOf(placement)).isEqualTo("n2");
        assertThat(placement.reason()).isEqualTo(Reason.MAPPED);
        assertThat(nodeOf(byUser.place(anonymous, at("n3"), THREE)))
                .as("what is remembered goes before it")
                .isEqualTo("n3");
        List<NodeInfo> others = List.of(Fleet.node("n1"), Fleet.node("n3"));
        assertThat(byUser.place(anonymous, null, others).reason()).isEqualTo(Reason.NEW);
        for (String other : List.of("n2", "~n2", "n2x~abc", "", "x~n2")) {
            assertThat(byUser.place(new ClientTraits("", other, "", ""), null, THREE).reason())
                    .isEqualTo(Reason.NEW);
        }
        assertThat(byUser.place(new ClientTraits("ann", given, "", ""), null, THREE).reason())
                .as("a user is known by its name")
                .isEqualTo(Reason.NEW);
    }

    @Test
    void keysOfStrategies() {
        var anonymous = new ClientTraits("", "x1", "", "");
        var both = new ClientTraits("ann", "x1", "", "");
        var nobody = new ClientTraits("", "", "", "");
        for (AffinityStrategy strategy :
                List.of(
                        new AffinityByUserId(),
                        new AffinityByHash(),
                        new AffinityByRegion(Map.of()))) {
            assertThat(strategy.key(both)).isEqualTo("u:ann");
            assertThat(strategy.key(anonymous)).isEqualTo("s:x1");
            assertThat(strategy.key(nobody)).isNull();
        }
        assertThat(new AffinityByConnection().key(both)).isEqualTo("s:x1");
        assertThat(new AffinityByConnection().key(ANN)).isNull();
        assertThat(new AffinityNone().key(both)).isNull();
    }

    @Test
    void aHashIsStrongerThanAMapping() {
        var byHash = placing(new AffinityByHash());
        String home = nodeOf(byHash.place(ANN, null, THREE));
        String other = home.equals("n1") ? "n2" : "n1";
        Placement placement = byHash.place(ANN, at(other), THREE);
        assertThat(nodeOf(placement)).isEqualTo(home);
        assertThat(placement.reason()).isEqualTo(Reason.NOT_AT_HOME);
    }

    @Test
    void theNearestRegionThatServes() {
        var byRegion =
                placing(new AffinityByRegion(Map.of("eu", List.of("us", "ap"), "ap", List.of())));
        NodeInfo eu = Fleet.in("eu", "e");
        NodeInfo us = Fleet.in("us", "u");
        NodeInfo ap = Fleet.in("ap", "p");
        var client = new ClientTraits("ann", "", "eu", "");
        assertThat(byRegion.place(client, null, List.of(ap, us, eu)).node()).isEqualTo(eu);
        assertThat(byRegion.place(client, null, List.of(ap, us)).node()).isEqualTo(us);
        assertThat(byRegion.place(client, null, List.of(ap)).node()).isEqualTo(ap);
        assertThat(byRegion.place(client, null, List.of(Fleet.node("x"))).node()).isNotNull();
        assertThat(nodeOf(byRegion.place(client, at("p"), List.of(ap, eu)))).isEqualTo("e");
        assertThat(nodeOf(byRegion.place(client, at("p"), List.of(ap)))).isEqualTo("p");
        assertThat(nodeOf(byRegion.place(ANN, at("p"), List.of(ap, eu))))
                .as("of no region: the mapping holds")
                .isEqualTo("p");
    }

    // Strictness

    private static Moment at(long ms) {
        return new Moment(ms, ms);
    }

    private Verdict judge(Placing placing, AffinityEntry entry, String here, long nowMs) {
        return placing.judge(ANN, entry, new NodeId(here), 1, THREE, at(nowMs));
    }

    @Test
    void whoBelongsElsewhereIsSentAwayOnceAMinute() {
        AffinityEntry atN1 = at("n1");
        Verdict first = judge(byUser, atN1, "n2", NOW + 10);
        assertThat(first).isInstanceOf(Verdict.Leave.class);
        assertThat(first.entry().node()).isEqualTo("n1");
        assertThat(first.entry().sentAwayAtMs()).isEqualTo(NOW + 10);
        assertThat(first.entry().epoch()).isGreaterThan(atN1.epoch());

        // It comes to yet another wrong node: served there, and belongs there from now on.
        Verdict second = judge(byUser, first.entry(), "n3", NOW + 1_000);
        assertThat(second).isInstanceOf(Verdict.Stay.class);
        assertThat(second.entry().node()).isEqualTo("n3");

        Verdict early = judge(byUser, second.entry(), "n2", NOW + 10 + 59_999);
        assertThat(early).isInstanceOf(Verdict.Stay.class);
        Verdict late = judge(byUser, second.entry(), "n2", NOW + 10 + 60_000);
        assertThat(late).isInstanceOf(Verdict.Leave.class);
    }

    /** However the clock is set meanwhile: a minute is a minute. */
    @Test
    void aClockThatIsSetNeitherEndsNorExtendsThePause() {
        long hour = 3_600_000;
        NodeId here = new NodeId("n2");
        AffinityEntry sent =
                byUser.judge(ANN, at("n1"), here, 1, THREE, new Moment(NOW, NOW)).entry();
        for (long day : List.of(NOW + hour, NOW - hour)) {
            Verdict early = byUser.judge(ANN, sent, here, 1, THREE, new Moment(day, NOW + 59_999));
            assertThat(early).isInstanceOf(Verdict.Stay.class);
            Verdict late = byUser.judge(ANN, sent, here, 1, THREE, new Moment(day, NOW + 60_000));
            assertThat(late).isInstanceOf(Verdict.Leave.class);
            assertThat(late.entry().epoch()).isGreaterThan(sent.epoch());
        }
    }

    @Test
    void whoBelongsHereOrNowhereStays() {
        assertThat(judge(byUser, at("n2"), "n2", NOW + 1)).isInstanceOf(Verdict.Stay.class);
        assertThat(byUser.judge(ANN, null, new NodeId("n2"), 1, THREE, at(NOW)))
                .isEqualTo(new Verdict.Stay(at("n2")));
        assertThat(judge(byUser, at("n9"), "n2", NOW + 1)).isInstanceOf(Verdict.Stay.class);
    }

    @Test
    void aHashSendsEvenTheNewOnesHome() {
        var byHash = placing(new AffinityByHash());
        String home = nodeOf(byHash.place(ANN, null, THREE));
        String other = home.equals("n1") ? "n2" : "n1";
        Verdict verdict = byHash.judge(ANN, null, new NodeId(other), 1, THREE, at(NOW));
        assertThat(verdict).isInstanceOf(Verdict.Leave.class);
        assertThat(verdict.entry().node()).isEqualTo(home);
        assertThat(byHash.judge(ANN, null, new NodeId(home), 1, THREE, at(NOW)))
                .isInstanceOf(Verdict.Stay.class);
    }

    @Test
    void aNodeThatTakesNobodyItselfSendsNobodyAway() {
        List<NodeInfo> nodes = List.of(Fleet.full("n1"), Fleet.node("n2"));
        var byHash = placing(new AffinityByHash());
        assertThat(byHash.judge(ANN, null, new NodeId("n1"), 1, nodes, at(NOW)))
                .isInstanceOf(Verdict.Stay.class);
    }

    /** Wherever a client roams, within any minute it is sent away once at most. */
    @Test
    void roaming() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (AffinityStrategy strategy : List.of(new AffinityByUserId(), new AffinityByHash())) {
            AffinityEntry entry = null;
            List<Long> sentAway = new ArrayList<>();
            long now = NOW;
            for (int step = 0; step < 3_000; step++) {
                now += random.nextInt(20_000);
                List<NodeInfo> nodes = new ArrayList<>(THREE);
                nodes.set(random.nextInt(3), Fleet.being("n1", NodeStatus.OFFLINE));
                NodeId here = THREE.get(random.nextInt(3)).id();
                Verdict verdict = placing(strategy).judge(ANN, entry, here, 1, nodes, at(now));
                assertThat(verdict.entry().epoch())
                        .as("seed %d", seed)
                        .isGreaterThan(entry == null ? 0 : entry.epoch());
                if (verdict instanceof Verdict.Leave) {
                    assertThat(verdict.entry().node()).isNotEqualTo(here.value());
                    sentAway.add(now);
                } else {
                    assertThat(verdict.entry().node()).isEqualTo(here.value());
                }
                entry = verdict.entry();
            }
            assertThat(sentAway).as("seed %d", seed).hasSizeGreaterThan(10);
            for (int i = 1; i < sentAway.size(); i++) {
                assertThat(sentAway.get(i) - sentAway.get(i - 1))
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(60_000);
            }
        }
    }

    @Test
    void afterASplitTheHigherEpochWinsWhicheverSideMerges() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            AffinityEntry one = randomEntry(random);
            AffinityEntry other = randomEntry(random);
            AffinityEntry winner = AffinityEntry.winner(one, other);
            assertThat(winner.epoch())
                    .as("seed %d", seed)
                    .isEqualTo(Math.max(one.epoch(), other.epoch()));
            AffinityEntry back = AffinityEntry.winner(other, one);
            assertThat(back.node()).as("seed %d", seed).isEqualTo(winner.node());
            assertThat(back.incarnation()).as("seed %d", seed).isEqualTo(winner.incarnation());
        }
    }

    private static AffinityEntry randomEntry(Random random) {
        return new AffinityEntry(
                "n" + random.nextInt(3), random.nextInt(3), random.nextInt(4), NOW, 0);
    }
}
