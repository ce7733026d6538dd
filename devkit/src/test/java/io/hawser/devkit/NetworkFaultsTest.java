package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class NetworkFaultsTest {
    private final NetworkHost a = new NetworkHost("a", "10.0.0.1", List.of());
    private final NetworkHost b = new NetworkHost("b", "10.0.0.2", List.of());
    private final NetworkHost c = new NetworkHost("c", "10.0.0.3", List.of());
    private final NetworkFaults faults = new NetworkFaults();

    @Test
    void withoutFaultsNothingIsDropped() {
        assertThat(faults.script()).contains("policy accept").doesNotContain("drop");
    }

    @Test
    void aDirectionIsAMatterOfItsOwn() {
        faults.lose(100, List.of(a), List.of(b, c));
        assertThat(faults.script())
                .contains("ip saddr . ip daddr { 10.0.0.1 . 10.0.0.2, 10.0.0.1 . 10.0.0.3 } drop")
                .doesNotContain("numgen");
    }

    @Test
    void theGreaterLossStays() {
        faults.lose(100, List.of(a), List.of(b));
        faults.lose(20, List.of(a), List.of(b, c));
        assertThat(faults.script())
                .contains("{ 10.0.0.1 . 10.0.0.3 } numgen random mod 100 < 20 drop")
                .contains("{ 10.0.0.1 . 10.0.0.2 } drop");
        faults.clear();
        assertThat(faults.script()).doesNotContain("drop");
    }

    @Test
    void aLossIsAPercentage() {
        for (int percent : new int[] {0, -1, 101}) {
            assertThatThrownBy(() -> faults.lose(percent, List.of(a), List.of(b)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
