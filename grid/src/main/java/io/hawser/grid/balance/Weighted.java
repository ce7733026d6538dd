package io.hawser.grid.balance;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * At random in proportion to the nodes' weights, the alternatives too: each node waits for a time
 * drawn from an exponential distribution whose rate is its weight, and who waits shortest is first
 * (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
 */
final class Weighted implements BalancingAlgorithm {
    private record Waiting(Candidate candidate, double time) {}

    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        return candidates.stream()
                .map(each -> new Waiting(each, random.nextExponential() / weight(each)))
                .sorted(Comparator.comparingDouble(Waiting::time))
                .map(Waiting::candidate)
                .toList();
    }

    @Override
    public String reason(Candidate first) {
        return "at random by weight: " + weight(first);
    }

    /** The division above gives a node without weight the longest wait of all. */
    private static int weight(Candidate candidate) {
        return Math.max(0, candidate.node().profile().weight());
    }
}
