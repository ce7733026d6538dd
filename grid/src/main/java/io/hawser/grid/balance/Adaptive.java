package io.hawser.grid.balance;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Who has the best score comes first. Clients placed since a node's last report count in its score,
 * so that a crowd that comes within one report does not go to one node as a whole.
 */
final class Adaptive implements BalancingAlgorithm {
    private static final Comparator<Candidate> BEST =
            Comparator.comparingDouble((Candidate each) -> -each.score().value())
                    .thenComparing(Candidate.BY_ID);

    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        return candidates.stream().sorted(BEST).toList();
    }

    @Override
    public String reason(Candidate first) {
        return String.format(Locale.ROOT, "best score: %.3f", first.score().value());
    }
}
