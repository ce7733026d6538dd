package io.hawser.grid.balance;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whose last turn is longest ago comes first. Unlike a counter over a list, that stays fair while
 * nodes come and go and while some clients want the nodes of one region only.
 */
final class RoundRobin implements BalancingAlgorithm {
    private static final Comparator<Candidate> OLDEST_TURN =
            Comparator.comparingLong(Candidate::lastTurn).thenComparing(Candidate.BY_ID);

    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        return candidates.stream().sorted(OLDEST_TURN).toList();
    }

    @Override
    public String reason(Candidate first) {
        return "its turn";
    }
}
