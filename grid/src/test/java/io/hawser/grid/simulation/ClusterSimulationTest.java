package io.hawser.grid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * The broker's pure parts in a cluster with faults, by many seeds. {@code -Dseed=N} repeats one.
 *
 * <p>The test of the test: each {@link Breakage} breaks one thing on purpose, and some seed must
 * fail for it.
 */
class ClusterSimulationTest {
    private static final int SEEDS = 1000;

    /** Seeds within which a breakage must show. */
    private static final int SEEDS_TO_NOTICE = 2000;

    /**
     * Too rare here; ChannelMachineSimulationTest takes the bounds, ChannelMachineTest and
     * RedisRepairIT the fork that was told.
     */
    private static final Set<String> ELSEWHERE =
            Set.of(
                    "EARLY_OVERFLOW",
                    "JOINED_UNPOSITIONED",
                    "JOIN_READ_CUT",
                    "JOIN_REFUSED",
                    "NEW_EPOCH_BY_TELLING",
                    "WINDOW_OVERFLOW");

    @Test
    void everyClientGetsAllThereIsOrIsTold() {
        Long repeat = Long.getLong("seed");
        Counts counts = new Counts();
        if (repeat != null) {
            new ClusterSimulation(repeat, counts, Breakage.NONE).run();
            return;
        }
        long first = new Random().nextLong(1L << 40);
        System.out.println("first seed " + first);
        for (long seed = first; seed < first + SEEDS; seed++) {
            AssertionError failure = failure(seed, counts, Breakage.NONE);
            if (failure != null) {
                throw failure;
            }
        }
        System.out.println(counts.events() + " events; branches taken: " + counts.all());
        TreeMap<String, Long> never = new TreeMap<>(counts.all());
        never.values().removeIf(count -> count > 0);
        never.keySet().removeAll(ELSEWHERE);
        assertThat(never).as("branches that no seed took").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsBrokenOnPurposeIsNoticed(Breakage breakage) {
        long first = new Random().nextLong(1L << 40);
        AssertionError failure = null;
        long seed = first;
        while (failure == null && seed < first + SEEDS_TO_NOTICE) {
            failure = failure(seed++, new Counts(), breakage);
        }
        assertThat(failure).as("seeds from %d on", first).isNotNull();
        System.out.println(breakage + " noticed by seed number " + (seed - first) + ": " + failure);
    }

    private static @Nullable AssertionError failure(long seed, Counts counts, Breakage breakage) {
        try {
            new ClusterSimulation(seed, counts, breakage).run();
            return null;
        } catch (AssertionError | RuntimeException e) {
            return new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
