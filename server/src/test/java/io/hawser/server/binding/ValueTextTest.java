package io.hawser.server.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** The types that configuration texts become. */
class ValueTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0ms",
        "0s, 0, 0ms",
        "200ms, 200, 200ms",
        "300s, 300000, 5m",
        "5m, 300000, 5m",
        "30d, 2592000000, 30d",
        "1h30m, 5400000, 90m",
        "1s500ms, 1500, 1500ms",
    })
    void durations(String text, long ms, String printed) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(ms));
        assertThat(DurationText.of(Duration.ofMillis(ms))).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-5s",
                "5 s",
                "1.5s",
                "5S",
                "5sx",
                "x5s",
                "1h 30m",
                "PT5S",
                "5w",
                "999999999999999d",
                "9999999999999999s",
            })
    void noDurations(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "512, 512, 512",
        "512B, 512, 512",
        "1KB, 1000, 1000",
        "64KiB, 65536, 64KiB",
        "1MB, 1000000, 1000000",
        "1MiB, 1048576, 1MiB",
        "1024KiB, 1048576, 1MiB",
        "2GB, 2000000000, 1953125KiB",
        "3GiB, 3221225472, 3GiB",
    })
    void sizes(String text, long bytes, String printed) {
        assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
        assertThat(DataSize.parse(text)).hasToString(printed);
        assertThat(DataSize.parse(printed).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MiB",
                "-1",
                "1.5MiB",
                "1 MiB",
                "1mib",
                "1M",
                "1TiB",
                "1_000",
                "999999999999999999GiB",
                "9999999999999999999",
            })
    void noSizes(String text) {
        assertThatThrownBy(() -> DataSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sizesAsIntsDoNotWrap() {
        assertThat(new DataSize(Integer.MAX_VALUE).intBytes()).isEqualTo(Integer.MAX_VALUE);
        assertThatThrownBy(() -> new DataSize(1L << 31).intBytes())
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new DataSize(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost:6379, redis://localhost:6379",
        "redis://:hunter2@localhost, redis://***@localhost",
        "rediss://u:hun/ter@2@localhost/1?x=y, rediss://***@localhost/1?***",
        "redis://:hun?ter2@localhost/1, redis://***",
        "jdbc:postgresql://h/db?password=hunter2@x, jdbc:postgresql://***",
        "jdbc:postgresql:db?password=hunter2@x, ***",
        "u:hunter2@h, ***",
        "jdbc:postgresql://h:5432/db?user=u&password=hunter2, jdbc:postgresql://h:5432/db?***",
        "jdbc:postgresql:db, jdbc:postgresql:db",
        "'', ''",
    })
    void addressesArePrintedWithoutPasswords(String address, String printed) {
        assertThat(new ServiceUri(address)).hasToString(printed);
    }

    @ParameterizedTest
    @CsvSource({"abc, abc, 0", "abc, acb, 1", "abc, abcd, 1", "abc, '', 3", "kitten, sitting, 3"})
    void editDistance(String a, String b, int edits) {
        assertThat(Nearest.edits(a, b)).isEqualTo(edits);
        assertThat(Nearest.edits(b, a)).isEqualTo(edits);
    }
}
