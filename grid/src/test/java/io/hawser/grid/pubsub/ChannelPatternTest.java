package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link ChannelPattern}. */
class ChannelPatternTest {
    @ParameterizedTest
    @CsvSource({
        "'', anything, true",
        "*, anything, true",
        "*, '', true",
        "a, a, true",
        "a, b, false",
        "a, ab, false",
        "ab, a, false",
        "?, a, true",
        "?, '', false",
        "news:*, news:a, true",
        "news:*, news:, true",
        "news:*, news, false",
        "*:a, x:a:a, true",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZ, false",
        "**, x, true",
        "a.c, abc, false",
        "[a], a, false",
        "*?, '', false"
    })
    void starsAndQuestionMarks(String pattern, String channel, boolean matches) {
        assertThat(new ChannelPattern(pattern).matches(channel)).isEqualTo(matches);
    }

    /** With backtracking over all stars this would not end. */
    @Test
    void manyStarsStayCheap() {
        assertThat(new ChannelPattern("*a".repeat(50) + "b").matches("a".repeat(255))).isFalse();
    }
}
