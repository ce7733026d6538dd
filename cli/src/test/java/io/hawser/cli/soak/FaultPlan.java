package io.hawser.cli.soak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Which faults come after each other: at random, but the same for the same seed, and each kind once
 * before any comes again. Pure, not thread-safe.
 */
final class FaultPlan {
    /** Of so many steps one strikes Redis and a node at once. */
    private static final int BOTH = 4;

    private static final int MAX_PAUSE_MS = 2_000;

    private final Random random;
    private final List<Fault> kinds;
    private final Deque<Fault> deck = new ArrayDeque<>();

    /**
     * @param kinds that there may be
     */
    FaultPlan(long seed, Collection<Fault> kinds) {
        this.random = new Random(seed);
        this.kinds = List.copyOf(kinds);
    }

    /**
     * One fault.
     *
     * @param victim which master or node, modulo how many there are
     * @param forMs how long it lasts
     */
    record Strike(Fault fault, int victim, int forMs) {
        @Override
        public String toString() {
            return fault + " of " + victim + (forMs > 0 ? " for " + forMs + " ms" : "");
        }
    }

    /**
     * What is done next, at the same time, and the pause after that, milliseconds.
     *
     * @param strikes one or two
     */
    record Step(List<Strike> strikes, int pauseMs) {}

    Step next() {
        List<Strike> strikes = new ArrayList<>();
        Fault first = draw();
        strikes.add(strike(first));
        if (random.nextInt(BOTH) == 0) {
            List<Fault> others =
                    kinds.stream()
                            .filter(fault -> fault.isOfRedis() != first.isOfRedis())
                            .filter(fault -> !(fault.cutsCables() && first.cutsCables()))
                            .toList();
            if (!others.isEmpty()) {
                strikes.add(strike(others.get(random.nextInt(others.size()))));
            }
        }
        return new Step(List.copyOf(strikes), random.nextInt(MAX_PAUSE_MS));
    }

    private Fault draw() {
        if (deck.isEmpty()) {
            List<Fault> shuffled = new ArrayList<>(kinds);
            Collections.shuffle(shuffled, random);
            deck.addAll(shuffled);
        }
        return deck.remove();
    }

    private Strike strike(Fault fault) {
        int forMs = fault.minMs() + random.nextInt(fault.maxMs() - fault.minMs() + 1);
        return new Strike(fault, random.nextInt(1 << 16), forMs);
    }
}
