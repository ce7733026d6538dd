package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"n1", "ws-01.example.org", "A", "9", "a_b"})
    void takesHostNames(String value) {
        assertThat(new NodeId(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-a", ".a", "a b", "a/b", "a:b", "é", "a\n", "{a}", "series"})
    void refusesWhatWouldBreakKeysAndLabels(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new NodeId(value));
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 300})
    void refusesLongOnes(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> new NodeId("a".repeat(length)));
    }
}
