package io.hawser.grid.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Decides which of several nodes suits a client. Implementations are stateless and thread-safe:
 * what they need to know of earlier choices stands in the candidates.
 *
 * <ol>
 *   <li>Which nodes may be chosen at all is decided before: each candidate takes clients.
 *   <li>The order holds each candidate once and nothing else; the first one is the choice, the
 *       others are what to try next.
 *   <li>The same arguments, a random generator in the same state among them, give the same order.
 * </ol>
 */
public interface BalancingAlgorithm {
    /**
     * The candidates, the best one first.
     *
     * @param candidates any number of them, in any order; not changed
     */
    List<Candidate> order(List<Candidate> candidates, Newcomer newcomer, RandomGenerator random);

    /** Why the first of the order is the first, in a few words. */
    String reason(Candidate first);
}
