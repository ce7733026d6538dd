package io.hawser.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSettingsTest {
    @Test
    void printsNoPassword() {
        var settings =
                new DatabaseSettings("jdbc:postgresql://db/app?password=one", "app", "two", 1);

        assertThat(settings).hasToString("jdbc:postgresql://db/app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "postgres://db/app", "jdbc:mysql://db/app"})
    void refusesUrlsThatAreNotPostgresql(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> new DatabaseSettings(url, "", "", 1));
    }

    @Test
    void refusesAnEmptyPool() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatabaseSettings("jdbc:postgresql://db/app", "", "", 0));
    }
}
