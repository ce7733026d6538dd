package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.IntStream;

class UserSketchTest {
    @Test
    void fewUsersAreExact() {
        UserSketch one = UserSketch.of(users(0, UserSketch.EXACT));
        UserSketch two = UserSketch.of(users(UserSketch.EXACT / 2, UserSketch.EXACT));
        assertThat(one.isExact()).isTrue();
        assertThat(UserSketch.distinct(List.of(one, two))).isEqualTo(UserSketch.EXACT * 3 / 2);
        assertThat(UserSketch.distinct(List.of(UserSketch.NOBODY))).isZero();
    }

    /** Three nodes, of whose users each two have a third in common. Four standard errors. */
    @ParameterizedTest
    @ValueSource(ints = {600, 2_000, 5_000, 10_000, 20_000, 33_000, 100_000})
    void manyUsersAreEstimated(int each) {
        List<UserSketch> sketches =
                IntStream.range(0, 3)
                        .mapToObj(node -> UserSketch.of(users(node * (each * 2 / 3), each)))
                        .toList();
        assertThat(sketches).noneMatch(UserSketch::isExact);
        long different = 2L * (each * 2 / 3) + each;
        assertThat((double) UserSketch.distinct(sketches))
                .isCloseTo((double) different, within(0.065 * different));
    }

    @Test
    void exactAndEstimatedOnesGoTogether() {
        UserSketch large = UserSketch.of(users(0, 20_000));
        UserSketch known = UserSketch.of(users(100, 300));
        long alone = UserSketch.distinct(List.of(large));
        assertThat(UserSketch.distinct(List.of(large, known))).isEqualTo(alone);
        UserSketch others = UserSketch.of(users(1_000_000, 500));
        assertThat(UserSketch.distinct(List.of(large, others))).isGreaterThan(alone);
    }

    @Test
    void theSizeIsBounded() {
        UserSketch large = UserSketch.of(users(0, 100_000));
        assertThat(large.registers()).hasSize(4_096);
        assertThat(large.hashes()).isEmpty();
    }

    private static List<String> users(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(i -> "user-" + i).toList();
    }
}
