package io.hawser.grid.balance;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Who has the fewest connections comes first; of two that have as many, the larger node. */
final class LeastConnections implements BalancingAlgorithm {
    private static final Comparator<Candidate> FEWEST =
            Comparator.comparingLong(Candidate::connections)
                    .thenComparingDouble(Candidate::utilisation)
                    .thenComparing(Candidate.BY_ID);

    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        return candidates.stream().sorted(FEWEST).toList();
    }

    @Override
    public String reason(Candidate first) {
        return "fewest connections: " + first.connections();
    }
}
