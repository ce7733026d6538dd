package io.hawser.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private final ApiKeys keys = new ApiKeys("gehëim");

    @Test
    void theKeyMatches() {
        assertThat(keys.matches("gehëim")).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "gehëi", "gehëimm", "Gehëim", " gehëim", "gehëim "})
    void nothingElseDoes(@Nullable String offered) {
        assertThat(keys.matches(offered)).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "x"})
    void anEmptyKeyLetsNobodyIn(@Nullable String offered) {
        assertThat(new ApiKeys("").matches(offered)).isFalse();
    }
}
