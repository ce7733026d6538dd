package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @Test
    void readsNamesAndAddresses() {
        assertThat(HostPort.parse("n1.example.org:5701"))
                .isEqualTo(new HostPort("n1.example.org", 5701));
        assertThat(HostPort.parse("[fd00::1]:1")).isEqualTo(new HostPort("fd00::1", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:5701", "[::1]:65535", "a:1"})
    void writesWhatItReads(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a:", ":1", "a:0", "a:65536", "a:x", "::1:80", "a b:1", "a:1 "})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text));
    }
}
