package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.FilterNode;
import io.hawser.server.security.ChannelOverrides;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class SelectionTest {
    private static TagFilter filter() throws Exception {
        return TagFilter.compile(new FilterNode("", "k", "eq", "v", List.of(), List.of()));
    }

    private static Selection selection(
            boolean offered, String policy, boolean recoverable, boolean positioned, String delta) {
        ChannelOptions options =
                ConfigLoader.load(
                                Optional.empty(),
                                Map.of(),
                                List.of(
                                        "channel.history_size=10",
                                        "channel.history_ttl=60s",
                                        "channel.slow_consumer=" + policy,
                                        "channel.delta=" + offered))
                        .channel();
        var wish = new SubscriptionFlags.Wish(recoverable, positioned, false);
        var flags = SubscriptionFlags.of(options, ChannelOverrides.NONE, wish);
        return Selection.of(options, flags, delta, null);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # offered, policy, recoverable, positioned, asked for, granted
                    true,  disconnect,  true,  false, fossil, true
                    true,  disconnect,  false, true,  fossil, true
                    true,  disconnect,  false, false, fossil, false
                    true,  disconnect,  true,  true,  '',     false
                    true,  disconnect,  true,  true,  xdelta, false
                    false, disconnect,  true,  true,  fossil, false
                    true,  drop_oldest, true,  false, fossil, true
                    true,  latest,      true,  false, fossil, true
                    true,  latest,      false, true,  fossil, false
                    """)
    void deltaNeedsAnOfferAndAPosition(
            boolean offered,
            String policy,
            boolean recoverable,
            boolean positioned,
            String delta,
            boolean granted) {
        assertThat(selection(offered, policy, recoverable, positioned, delta).delta())
                .isEqualTo(granted);
    }

    @Test
    void aFilterGoesBeforeDelta() throws Exception {
        var flags = new SubscriptionFlags(false, false, true, true, true);
        ChannelOptions options =
                ConfigLoader.load(
                                Optional.empty(),
                                Map.of(),
                                List.of(
                                        "channel.history_size=10",
                                        "channel.history_ttl=60s",
                                        "channel.delta=true"))
                        .channel();

        assertThat(Selection.of(options, flags, "fossil", filter()))
                .isEqualTo(new Selection(true, false, filter()));
        TagFilter filter = filter();
        assertThatIllegalArgumentException().isThrownBy(() -> new Selection(false, true, filter));
    }
}
