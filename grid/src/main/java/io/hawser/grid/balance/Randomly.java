package io.hawser.grid.balance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Any order is as likely as any other. */
final class Randomly implements BalancingAlgorithm {
    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        var shuffled = new ArrayList<>(candidates);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    @Override
    public String reason(Candidate first) {
        return "at random";
    }
}
