package io.hawser.grid.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Of two nodes at random the one that is less full, again and again until none is left. Almost as
 * even as asking all, and many who ask at once with the same old figures do not all go to the same
 * node (Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
 */
final class TwoChoices implements BalancingAlgorithm {
    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        var left = new ArrayList<>(candidates);
        var order = new ArrayList<Candidate>(left.size());
        while (left.size() > 1) {
            int first = random.nextInt(left.size());
            int second = (first + 1 + random.nextInt(left.size() - 1)) % left.size();
            boolean firstWins = left.get(first).utilisation() <= left.get(second).utilisation();
            order.add(left.remove(firstWins ? first : second));
        }
        order.addAll(left);
        return order;
    }

    @Override
    public String reason(Candidate first) {
        return "the less full of two at random";
    }
}
