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
                            "delivery.queue_limit=7",
                            "namespaces=[{name: ticks, options: {priority: high}},"
                                    + " {name: chat, options: {presence: true}}]"));

    @ParameterizedTest
    @CsvSource({
        "hawser.queue:ann,    ann, true",
        "hawser.queue:ann,    bob, false",
        "hawser.queue:a#bob,  bob, false",
        "hawser.queue:a#bob,  a#bob, true",
        "hawser.queue:ann,    '', false",
        "chat:lobby#bob,      bob, true",
    })
    void aQueueIsForItsUser(String channel, String user, boolean may) {
        var policy = new ChannelPolicy(CONFIG.channel(), CONFIG.allNamespaces(), false);
        assertThat(policy.maySubscribe(channel, user, CONFIG.channel())).isEqualTo(may);
        assertThat(policy.options("hawser.queue:ann"))
                .isNotNull()
                .satisfies(
                        options -> {
                            assertThat(options.acknowledged()).isTrue();
                            assertThat(options.history().size()).isEqualTo(7);
                        });
    }

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
