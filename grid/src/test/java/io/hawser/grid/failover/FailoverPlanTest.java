package io.hawser.grid.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FailoverPlanTest {
    private static final NodeId LOST = new NodeId("n1");

    private static NodeInfo node(String id, int connections, int max) {
        return Known.node(id, NodeStatus.ACTIVE, connections, max);
    }

    private static List<String> shares(FailoverPlan plan) {
        return plan.shares().stream().map(s -> s.node().id() + "=" + s.connections()).toList();
    }

    @Test
    void eachTakesInProportionToItsRoom() {
        var plan =
                FailoverPlan.of(LOST, 300, List.of(node("n2", 0, 1_000), node("n3", 500, 1_000)));
        assertThat(shares(plan)).containsExactly("n2=200", "n3=100");
        assertThat(plan.unplaced()).isZero();
    }

    @Test
    void whatDoesNotFitIsSaid() {
        var plan = FailoverPlan.of(LOST, 300, List.of(node("n2", 900, 1_000), node("n3", 10, 10)));
        assertThat(shares(plan)).containsExactly("n2=100");
        assertThat(plan.unplaced()).isEqualTo(200);
        assertThat(FailoverPlan.of(LOST, 300, List.of()).unplaced()).isEqualTo(300);
    }

    @Test
    void onlyThoseThatTakeClientsTakeAny() {
        List<NodeInfo> nodes = new ArrayList<>(List.of(node("n1", 0, 100), node("n9", 0, 100)));
        for (NodeStatus status : NodeStatus.values()) {
            if (status != NodeStatus.ACTIVE) {
                nodes.add(Known.node("m" + status, status, 0, 100));
            }
        }
        assertThat(shares(FailoverPlan.of(LOST, 5, nodes))).containsExactly("n9=5");
    }

    @Test
    void sharesAddUpAndNoneIsAboveItsRoom() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            List<NodeInfo> nodes = new ArrayList<>();
            for (int n = 2; n < 2 + random.nextInt(6); n++) {
                nodes.add(node("n" + n, random.nextInt(1_200), 1_000));
            }
            int connections = random.nextInt(5_000);
            var plan = FailoverPlan.of(LOST, connections, nodes);
            int placed = 0;
            for (FailoverPlan.Share share : plan.shares()) {
                placed += share.connections();
                assertThat(share.connections())
                        .as("seed %d", seed)
                        .isBetween(0, 1_000 - share.node().load().connections());
            }
            assertThat(placed + plan.unplaced()).as("seed %d", seed).isEqualTo(connections);
        }
    }

    @Test
    void zonesTakeInProportionToTheirRoomWhateverTheNodesAreCalled() {
        List<NodeInfo> nodes =
                List.of(
                        Known.inZone("a", "n2", 0, 100),
                        Known.inZone("a", "n3", 0, 100),
                        Known.inZone("b", "n4", 0, 100));
        // By nodes alone each would have 2/3, and rounding would give both to zone a.
        assertThat(shares(FailoverPlan.of(LOST, 2, nodes))).containsExactly("n2=1", "n3=0", "n4=1");
        assertThat(shares(FailoverPlan.of(LOST, 30, nodes)))
                .containsExactly("n2=10", "n3=10", "n4=10");
        assertThat(shares(FailoverPlan.of(LOST, 300, nodes)))
                .containsExactly("n2=100", "n3=100", "n4=100");
    }

    @Test
    void aFullZoneTakesNothing() {
        List<NodeInfo> nodes =
                List.of(
                        Known.inZone("a", "n2", 100, 100),
                        Known.inZone("b", "n3", 90, 100),
                        Known.inZone("b", "n4", 70, 100));
        var plan = FailoverPlan.of(LOST, 60, nodes);
        assertThat(shares(plan)).containsExactly("n3=10", "n4=30");
        assertThat(plan.unplaced()).isEqualTo(20);
    }

    @Test
    void noZoneIsFurtherFromItsProportionThanRoundingBrings() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            List<NodeInfo> nodes = new ArrayList<>();
            for (int n = 2; n < 3 + random.nextInt(6); n++) {
                String zone = "z" + random.nextInt(3);
                nodes.add(Known.inZone(zone, "n" + n, random.nextInt(1_200), 1_000));
            }
            int connections = random.nextInt(3_000);
            var plan = FailoverPlan.of(LOST, connections, nodes);
            Map<String, Integer> got = new HashMap<>();
            Map<String, Long> room = new HashMap<>();
            for (FailoverPlan.Share share : plan.shares()) {
                String zone = share.node().profile().zone();
                got.merge(zone, share.connections(), Integer::sum);
                room.merge(zone, 1_000L - share.node().load().connections(), Long::sum);
            }
            long all = room.values().stream().mapToLong(Long::longValue).sum();
            int placed = connections - plan.unplaced();
            room.forEach(
                    (zone, ofZone) ->
                            assertThat((double) got.getOrDefault(zone, 0))
                                    .as("zone %s, seed %d", zone, seed)
                                    .isBetween(
                                            Math.floor((double) placed * ofZone / all),
                                            Math.ceil((double) placed * ofZone / all)));
        }
    }
}
