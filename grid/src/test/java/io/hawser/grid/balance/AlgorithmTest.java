package io.hawser.grid.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

class AlgorithmTest {
    private static final Newcomer ANYBODY = new Newcomer("ann", "192.0.2.7", "");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private static Candidate candidate(NodeInfo node, int placed, long lastTurn) {
        return new Candidate(node, placed, lastTurn, Score.of(node.load(), placed, 0));
    }

    private static List<Candidate> candidates(NodeInfo... nodes) {
        return List.of(nodes).stream().map(node -> candidate(node, 0, 0)).toList();
    }

    private static List<String> ids(List<Candidate> order) {
        return order.stream().map(each -> each.id().value()).toList();
    }

    private List<String> order(Algorithm algorithm, List<Candidate> candidates) {
        return ids(algorithm.order(candidates, ANYBODY, random));
    }

    @ParameterizedTest
    @EnumSource
    void everyOrderHoldsEachCandidateOnce(Algorithm algorithm) {
        for (int i = 0; i < 500; i++) {
            List<Candidate> given = new ArrayList<>();
            for (NodeInfo node : TestNodes.anything(random)) {
                given.add(candidate(node, random.nextInt(3), random.nextInt(3)));
            }
            List<Candidate> before = List.copyOf(given);
            List<Candidate> order = algorithm.order(given, ANYBODY, random);
            assertThat(order).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(before);
            assertThat(given).isEqualTo(before);
            assertThat(algorithm.reason(order.getFirst())).isNotBlank();
        }
        assertThat(algorithm.order(List.of(), ANYBODY, random)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theSameArgumentsGiveTheSameOrder(Algorithm algorithm) {
        for (int i = 0; i < 100; i++) {
            List<Candidate> given =
                    TestNodes.anything(random).stream().map(node -> candidate(node, 1, 2)).toList();
            assertThat(algorithm.order(given, ANYBODY, new Random(seed)))
                    .as("seed %d", seed)
                    .isEqualTo(algorithm.order(given, ANYBODY, new Random(seed)));
        }
    }

    @Test
    void roundRobinGivesTheTurnToWhoWaitedLongest() {
        var given =
                List.of(
                        candidate(TestNodes.node("n1", 0), 0, 7),
                        candidate(TestNodes.node("n2", 0), 0, 5),
                        candidate(TestNodes.node("n3", 900), 0, 6));
        assertThat(order(Algorithm.ROUND_ROBIN, given)).containsExactly("n2", "n3", "n1");
    }

    @Test
    void leastConnectionsCountsThoseOnTheirWayToo() {
        var given =
                List.of(
                        candidate(TestNodes.node("n1", 10), 5, 0),
                        candidate(TestNodes.node("n2", 12), 0, 0),
                        candidate(TestNodes.node("n3", 12, 10_000), 0, 0));
        assertThat(order(Algorithm.LEAST_CONNECTIONS, given)).containsExactly("n3", "n2", "n1");
        assertThat(Algorithm.LEAST_CONNECTIONS.reason(given.getFirst()))
                .isEqualTo("fewest connections: 15");
    }

    @Test
    void adaptiveTakesTheBestScore() {
        var idle = new NodeLoad(800, 1000, 0, 0, 0, 0, 0); // 0.58
        var busy = new NodeLoad(200, 1000, 0.9, 0.9, 0, 0, 0.5); // 0.41
        var fair = new NodeLoad(500, 1000, 0.1, 0.1, 0, 0, 0); // 0.66
        var given =
                candidates(
                        TestNodes.node("n1", "", 100, NodeStatus.ACTIVE, idle),
                        TestNodes.node("n2", "", 100, NodeStatus.ACTIVE, busy),
                        TestNodes.node("n3", "", 100, NodeStatus.ACTIVE, fair));
        assertThat(order(Algorithm.ADAPTIVE, given)).containsExactly("n3", "n1", "n2");
        assertThat(Algorithm.ADAPTIVE.reason(given.get(2))).isEqualTo("best score: 0.660");
    }

    @Test
    void weightedGivesEachItsPart() {
        var given =
                candidates(
                        TestNodes.weighing("n1", 100, 0),
                        TestNodes.weighing("n2", 200, 0),
                        TestNodes.weighing("n3", 700, 0));
        Map<String, Integer> firsts = firsts(Algorithm.WEIGHTED, given, 20_000);
        assertThat(part(firsts, "n1", 20_000)).as("seed %d", seed).isCloseTo(0.1, within(0.02));
        assertThat(part(firsts, "n2", 20_000)).as("seed %d", seed).isCloseTo(0.2, within(0.02));
        assertThat(part(firsts, "n3", 20_000)).as("seed %d", seed).isCloseTo(0.7, within(0.02));
    }

    @Test
    void whoHasNoWeightComesLast() {
        var given =
                candidates(
                        TestNodes.weighing("n1", 0, 0),
                        TestNodes.weighing("n2", 1, 0),
                        TestNodes.weighing("n3", -3, 0));
        assertThat(firsts(Algorithm.WEIGHTED, given, 500)).containsOnlyKeys("n2");
    }

    @Test
    void randomIsEven() {
        var given =
                candidates(
                        TestNodes.node("n1", 0),
                        TestNodes.node("n2", 900),
                        TestNodes.weighing("n3", 10_000, 0));
        firsts(Algorithm.RANDOM, given, 20_000)
                .forEach(
                        (id, count) ->
                                assertThat(count / 20_000.0)
                                        .as("%s, seed %d", id, seed)
                                        .isCloseTo(1 / 3.0, within(0.02)));
    }

    private static double part(Map<String, Integer> firsts, String id, int times) {
        return (double) firsts.getOrDefault(id, 0) / times;
    }

    private Map<String, Integer> firsts(Algorithm algorithm, List<Candidate> given, int times) {
        Map<String, Integer> firsts = new HashMap<>();
        for (int i = 0; i < times; i++) {
            firsts.merge(order(algorithm, given).getFirst(), 1, Integer::sum);
        }
        return firsts;
    }

    /** With figures that all differ, somebody is the fullest, and it always loses its pair. */
    @Test
    void twoChoicesNeverTakesTheWorseOfThePair() {
        for (int i = 0; i < 2_000; i++) {
            int count = 2 + random.nextInt(6);
            List<Candidate> given = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                given.add(candidate(TestNodes.node("n" + n, n * 100 + random.nextInt(100)), 0, 0));
            }
            List<String> order = order(Algorithm.TWO_CHOICES, given);
            assertThat(order.getLast()).as("seed %d", seed).isEqualTo("n" + (count - 1));
            assertThat(order.get(count - 2)).as("seed %d", seed).isNotEqualTo("n" + (count - 1));
        }
    }

    /**
     * Of n nodes the second fullest is first only if it is drawn with the fullest: 2 ÷ (n (n−1)).
     */
    @Test
    void twoChoicesDrawsEachPairAsOften() {
        var given =
                candidates(
                        TestNodes.node("n1", 100),
                        TestNodes.node("n2", 200),
                        TestNodes.node("n3", 300),
                        TestNodes.node("n4", 400));
        Map<String, Integer> firsts = firsts(Algorithm.TWO_CHOICES, given, 24_000);
        assertThat(part(firsts, "n1", 24_000)).as("seed %d", seed).isCloseTo(0.5, within(0.02));
        assertThat(part(firsts, "n2", 24_000)).as("seed %d", seed).isCloseTo(1 / 3.0, within(0.02));
        assertThat(part(firsts, "n3", 24_000)).as("seed %d", seed).isCloseTo(1 / 6.0, within(0.02));
        assertThat(firsts).doesNotContainKey("n4");
    }

    @Test
    void ipHashIsEvenAndMovesOnlyTheClientsOfALostNode() {
        var all =
                candidates(
                        TestNodes.node("n1", 0),
                        TestNodes.node("n2", 0),
                        TestNodes.node("n3", 0),
                        TestNodes.node("n4", 0));
        var without2 = List.of(all.get(3), all.get(2), all.get(0));
        Map<String, Integer> firsts = new HashMap<>();
        for (int i = 0; i < 8_000; i++) {
            var client = new Newcomer("", "10.0." + i / 250 + "." + i % 250, "");
            List<String> order = ids(Algorithm.IP_HASH.order(all, client, random));
            firsts.merge(order.getFirst(), 1, Integer::sum);
            String after = ids(Algorithm.IP_HASH.order(without2, client, random)).getFirst();
            assertThat(after)
                    .as(client.address())
                    .isEqualTo(order.getFirst().equals("n2") ? order.get(1) : order.getFirst());
        }
        firsts.values().forEach(count -> assertThat(count / 8_000.0).isCloseTo(0.25, within(0.03)));
    }

    @Test
    void ipHashKnowsWhoHasNoAddressByTheUser() {
        var given = candidates(TestNodes.node("n1", 0), TestNodes.node("n2", 0));
        Map<String, Integer> nobody = new HashMap<>();
        Map<String, Integer> users = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            var user = new Newcomer("user-" + i, "", "");
            assertThat(first(given, user, new Random(i))).isEqualTo(first(given, user, random));
            users.merge(first(given, user, random), 1, Integer::sum);
            nobody.merge(first(given, new Newcomer("", "", ""), random), 1, Integer::sum);
        }
        assertThat(users).containsKeys("n1", "n2");
        assertThat(nobody).as("seed %d", seed).containsKeys("n1", "n2");
    }

    private static String first(List<Candidate> given, Newcomer who, RandomGenerator random) {
        return ids(Algorithm.IP_HASH.order(given, who, random)).getFirst();
    }
}
