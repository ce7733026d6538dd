package io.hawser.server.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.util.Random;

class DecimalsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+0",
                "000",
                "1",
                "+1.5",
                "-1.50",
                "007.000",
                "0.1234567890123456789",
                "123456789012345678901234567890123456789012345678901234567890.5"
            })
    void numbers(String text) {
        assertThat(Decimals.isDecimal(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "-",
                ".",
                "-.",
                ".5",
                "-.5",
                "5.",
                "1e5",
                "1E5",
                "0x1",
                " 1",
                "1 ",
                "--1",
                "+-1",
                "1.2.3",
                "1..2",
                "1,5",
                "1_000",
                "NaN",
                "Infinity",
                "12a",
                "a12",
                "1.5f",
                "٣",
                "1.-5",
                "0.12345678901234567890"
            })
    void notNumbers(String text) {
        assertThat(Decimals.isDecimal(text)).isFalse();
    }

    @Test
    void numbersAreNotLongerThanAllowed() {
        assertThat(Decimals.isDecimal("1".repeat(200))).isTrue();
        assertThat(Decimals.isDecimal("1".repeat(201))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, -0, 0",
        "0, -0.000, 0",
        "+1, 1, 0",
        "1.5, 1.500, 0",
        "007, 7, 0",
        "9, 10, -1",
        "-9, -10, 1",
        "-1, 1, -1",
        "0, -1, 1",
        "0.1, 0, 1",
        "-0.1, 0, -1",
        "0.10, 0.09, 1",
        "1.0000000000000000001, 1, 1",
        "9007199254740993, 9007199254740992, 1",
        "0.9, 1, -1",
        "100, 99.9999999999999999, 1"
    })
    void areComparedAsNumbers(String left, String right, int order) {
        assertThat(Decimals.compare(left, right)).isEqualTo(order);
        assertThat(Decimals.compare(right, left)).isEqualTo(-order);
    }

    @Test
    void areComparedAsBigDecimalsAre() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("DecimalsTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String left = RandomFilters.number(random);
            String right = random.nextInt(4) == 0 ? left + "0" : RandomFilters.number(random);
            if (!Decimals.isDecimal(right)) {
                continue; // a fraction that got too long
            }
            assertThat(Integer.signum(Decimals.compare(left, right)))
                    .as("%s and %s", left, right)
                    .isEqualTo(new BigDecimal(left).compareTo(new BigDecimal(right)));
        }
    }
}
