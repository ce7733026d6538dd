package io.hawser.server.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class ClientRegionsTest {
    private static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "affinity.regions=[{name: eu, addresses: [10.1.0.0/16, 10.9.9.9]},"
                                    + " {name: us, addresses: [10.0.0.0/8, 'fd00::/8']}]"));
    private final ClientRegions regions = new ClientRegions(CONFIG.affinity().regions());

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, eu",
        "10.9.9.9, eu",
        "10.2.0.1, us",
        "fd12::7, us",
        "192.0.2.1, ''",
        "fe80::1%eth0, ''",
        "somewhere, ''",
        "'', ''",
    })
    void theFirstRegionThatHasTheAddress(String address, String region) {
        assertThat(regions.of("", address)).isEqualTo(region);
    }

    @Test
    void whatTheClientSaysGoesFirst() {
        assertThat(regions.of("ap", "10.1.2.3")).isEqualTo("ap");
        assertThat(new ClientRegions(List.of()).of("", "10.1.2.3")).isEmpty();
    }
}
