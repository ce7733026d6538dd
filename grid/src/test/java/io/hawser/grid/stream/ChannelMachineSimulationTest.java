package io.hawser.grid.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.stream.ChannelCounters.Way;

import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** {@link ChannelMachine} by many seeds; {@code -Dhawser.seed=N} repeats one. */
class ChannelMachineSimulationTest {
    private static final int SEEDS = 500;
    private static final int STEPS = 2500;

    /** Forks need several nodes and checks many channels; see ChannelMachineTest. */
    private static final Set<Way> NOT_SIMULATED = EnumSet.of(Way.FORK_SEEN, Way.CHECK_DELAYED);

    @Test
    void everySubscriberSeesEveryPublicationOrIsTold() {
        Long repeat = Long.getLong("hawser.seed");
        ChannelCounters counters = new ChannelCounters();
        if (repeat != null) {
            new ChannelSimulation(repeat, counters).run(STEPS);
            return;
        }
        long first = new Random().nextLong(1L << 40);
        System.out.println("first seed " + first);
        for (long seed = first; seed < first + SEEDS; seed++) {
            runSeed(seed, counters);
        }
        Map<Way, Long> ways = counters.snapshot();
        System.out.println(ways);
        assertThat(ways)
                .allSatisfy(
                        (way, count) -> {
                            if (!NOT_SIMULATED.contains(way)) {
                                assertThat(count).as("times %s", way).isPositive();
                            }
                        });
    }

    private static void runSeed(long seed, ChannelCounters counters) {
        try {
            new ChannelSimulation(seed, counters).run(STEPS);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
