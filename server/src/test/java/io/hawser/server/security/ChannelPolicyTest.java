package io.hawser.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.priority.Priority;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ChannelPolicy}: what a channel's name makes of it. */
class ChannelPolicyTest {
    private static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "channel.priority=low",
                            "namespaces=[{name: ticks, options: {priority: high}},"
                                    + " {name: chat, options: {presence: true}}]"));

    @ParameterizedTest
    @CsvSource({
        "ticks:ACME,    HIGH",
        "$ticks:secret, HIGH",
        "chat:lobby,    NORMAL",
        "ACME,          LOW",
        "nowhere:x,     NORMAL",
    })
    void aChannelHasThePriorityOfItsNamespace(String channel, Priority priority) {
        var policy = new ChannelPolicy(CONFIG.channel(), CONFIG.namespaces(), false);
        assertThat(policy.priority(channel)).isEqualTo(priority);
    }
}
