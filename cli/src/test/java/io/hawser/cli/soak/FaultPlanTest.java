package io.hawser.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.soak.FaultPlan.Step;
import io.hawser.cli.soak.FaultPlan.Strike;

import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class FaultPlanTest {
    private static final Set<Fault> ALL = EnumSet.allOf(Fault.class);

    private static List<Step> steps(long seed, Set<Fault> kinds, int count) {
        var plan = new FaultPlan(seed, kinds);
        return Stream.generate(plan::next).limit(count).toList();
    }

    @Test
    void aSeedIsAPlan() {
        assertThat(steps(7, ALL, 100))
                .isEqualTo(steps(7, ALL, 100))
                .isNotEqualTo(steps(8, ALL, 100));
    }

    @Test
    void eachKindComesBeforeAnyComesAgain() {
        Set<Fault> first =
                steps(7, ALL, ALL.size()).stream()
                        .map(step -> step.strikes().getFirst().fault())
                        .collect(Collectors.toSet());
        assertThat(first).isEqualTo(ALL);
    }

    @Test
    void twoAtOnceAreOfRedisAndOfANodeAndDoNotShareTheNetwork() {
        List<List<Strike>> pairs =
                steps(7, ALL, 1000).stream()
                        .map(Step::strikes)
                        .filter(strikes -> strikes.size() > 1)
                        .toList();
        assertThat(pairs).hasSizeBetween(150, 350);
        assertThat(pairs)
                .allSatisfy(
                        pair -> {
                            assertThat(pair)
                                    .extracting(strike -> strike.fault().isOfRedis())
                                    .containsExactlyInAnyOrder(true, false);
                            assertThat(pair)
                                    .filteredOn(strike -> strike.fault().cutsCables())
                                    .hasSizeLessThan(2);
                        });
    }

    @Test
    void onlyWhatThereIsAndAsLongAsItMay() {
        Set<Fault> some = EnumSet.of(Fault.REDIS_HANG, Fault.NODE_KILL);
        List<Strike> strikes =
                steps(7, some, 200).stream().flatMap(step -> step.strikes().stream()).toList();
        assertThat(strikes)
                .allSatisfy(
                        strike -> {
                            assertThat(strike.fault()).isIn(some);
                            assertThat(strike.forMs())
                                    .isBetween(strike.fault().minMs(), strike.fault().maxMs());
                        });
    }
}
