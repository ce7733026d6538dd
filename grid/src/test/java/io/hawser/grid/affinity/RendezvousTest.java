package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeInfo;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class RendezvousTest {
    private static final int ROUNDS = 40;
    private static final int KEYS = 4_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void nobodyGetsNothing() {
        assertThat(Rendezvous.node("ann", List.of())).isNull();
    }

    @Test
    void theOrderOfTheNodesDoesNotMatter() {
        for (int round = 0; round < ROUNDS; round++) {
            List<NodeInfo> nodes = nodes(2 + random.nextInt(9));
            Map<String, String> before = places(nodes);
            Collections.shuffle(nodes, random);
            assertThat(places(nodes)).as("seed %d", seed).isEqualTo(before);
        }
    }

    @Test
    void aNodeThatGoesMovesItsOwnKeysOnly() {
        for (int round = 0; round < ROUNDS; round++) {
            List<NodeInfo> nodes = nodes(2 + random.nextInt(9));
            Map<String, String> before = places(nodes);
            String gone = nodes.remove(random.nextInt(nodes.size())).id().value();
            before.values().removeIf(gone::equals);
            assertThat(places(nodes)).as("seed %d", seed).containsAllEntriesOf(before);
        }
    }

    @Test
    void aNodeThatComesTakesItsShareFromAll() {
        for (int round = 0; round < ROUNDS; round++) {
            List<NodeInfo> nodes = nodes(2 + random.nextInt(9));
            Map<String, String> before = places(nodes);
            nodes.add(Fleet.node("newcomer"));
            Map<String, Integer> lost = new HashMap<>();
            places(nodes)
                    .forEach(
                            (key, place) -> {
                                if (!place.equals(before.get(key))) {
                                    assertThat(place).as("seed %d", seed).isEqualTo("newcomer");
                                    lost.merge(before.getOrDefault(key, ""), 1, Integer::sum);
                                }
                            });
            double share = KEYS / (double) nodes.size();
            int moved = lost.values().stream().mapToInt(Integer::intValue).sum();
            assertThat((double) moved).as("seed %d", seed).isBetween(share * 0.7, share * 1.3);
            assertThat(lost).as("seed %d", seed).hasSize(nodes.size() - 1);
        }
    }

    @Test
    void weightsAreShares() {
        List<NodeInfo> nodes =
                List.of(
                        Fleet.weighing("a", 50),
                        Fleet.weighing("b", 100),
                        Fleet.weighing("c", 250));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 40_000; i++) {
            counts.merge(place("key-" + random.nextLong(), nodes), 1, Integer::sum);
        }
        assertThat(counts.get("a")).as("seed %d", seed).isBetween(4_500, 5_500);
        assertThat(counts.get("b")).as("seed %d", seed).isBetween(9_300, 10_700);
        assertThat(counts.get("c")).as("seed %d", seed).isBetween(24_000, 26_000);
    }

    /** Nodes of different versions must agree, so the answers may never change. */
    @Test
    void theAnswersAreThoseOfTheFirstVersion() {
        List<NodeInfo> nodes = List.of(Fleet.node("n1"), Fleet.node("n2"), Fleet.node("n3"));
        assertThat(List.of("ann", "bob", "cem", "dea", "eli", ""))
                .map(key -> place(key, nodes))
                .containsExactly("n2", "n1", "n3", "n3", "n3", "n2");
    }

    private List<NodeInfo> nodes(int count) {
        List<NodeInfo> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(Fleet.node("n" + i + "-" + random.nextInt(1_000_000)));
        }
        return nodes;
    }

    private static Map<String, String> places(List<NodeInfo> nodes) {
        Map<String, String> places = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            places.put("u:user-" + i, place("u:user-" + i, nodes));
        }
        return places;
    }

    private static String place(String key, List<NodeInfo> nodes) {
        NodeInfo node = Rendezvous.node(key, nodes);
        return node == null ? "" : node.id().value();
    }
}
