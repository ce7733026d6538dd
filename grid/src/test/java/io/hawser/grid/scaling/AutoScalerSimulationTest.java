package io.hawser.grid.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.scaling.ScalingDecision.Trigger;

import org.junit.jupiter.api.Test;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

class AutoScalerSimulationTest {
    private static final int RUNS = 12;

    /** Within so many everything happens; some of it is rare. */
    private static final int MOST_RUNS = 10 * RUNS;

    private static final Set<String> EVENTS =
            Set.of("never came", "never went", "coordinator changed", "turned round", "went on");

    private static final int SECONDS = 4_000;

    @Test
    void keepsItsPromisesWhateverTheLoadDoes() {
        long first = System.nanoTime();
        Map<Trigger, Integer> taken = new EnumMap<>(Trigger.class);
        Map<String, Integer> happened = new TreeMap<>();
        for (int run = 0; run < RUNS || (run < MOST_RUNS && !all(taken, happened)); run++) {
            var simulation = new ScalingSimulation(first + run);
            simulation.run(SECONDS);
            simulation.taken().forEach((trigger, n) -> taken.merge(trigger, n, Integer::sum));
            simulation.happened().forEach((what, n) -> happened.merge(what, n, Integer::sum));
        }
        System.out.printf("scaling, seeds from %d: %s, %s%n", first, taken, happened);
        assertThat(taken).as("first seed %d", first).containsOnlyKeys(Trigger.values());
        assertThat(happened.keySet()).as("first seed %d", first).containsAll(EVENTS);
    }

    private static boolean all(Map<Trigger, Integer> taken, Map<String, Integer> happened) {
        return taken.size() == Trigger.values().length && happened.keySet().containsAll(EVENTS);
    }

    @Test
    void aSteadyLoadNeverMakesItTurnRound() {
        long first = System.nanoTime();
        int decisions = 0;
        for (int tenths = 1; tenths <= 60; tenths += 2) {
            var simulation = ScalingSimulation.steady(first + tenths, tenths / 10.0);
            simulation.run(1_000);
            assertThat(simulation.turns())
                    .as("seed %d, load %d tenths", first + tenths, tenths)
                    .isZero();
            decisions += simulation.taken().values().stream().mapToInt(Integer::intValue).sum();
        }
        assertThat(decisions).isPositive();
    }
}
