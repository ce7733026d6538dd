package io.hawser.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNameTest {
    @Test
    void longHostNamesAreCut() {
        assertThat(HostName.asNodeId("a".repeat(100))).hasSize(64);
    }

    @ParameterizedTest
    @CsvSource({
        "web-1, web-1",
        "'web-1\n', web-1",
        "my host_é, my-host_-",
        "-x, x",
        "---, node",
        "'', node",
    })
    void hostNamesBecomeNodeIds(String host, String id) {
        assertThat(HostName.asNodeId(host)).isEqualTo(id).matches(NodeConfig.NAME);
    }
}
