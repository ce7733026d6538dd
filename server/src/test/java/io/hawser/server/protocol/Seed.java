package io.hawser.server.protocol;

import java.util.Random;

/**
 * Where random tests get their randomness: a new seed each time, printed, or the one given as
 * system property {@code test.seed}.
 */
public final class Seed {
    private Seed() {}

    public static Random random(Class<?> test) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dtest.seed=" + seed);
        return new Random(seed);
    }
}
