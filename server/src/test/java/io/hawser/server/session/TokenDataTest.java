package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.ConnectionToken;
import io.hawser.server.security.SubscriptionToken;
import io.hawser.server.security.TokenSubscription;

import org.junit.jupiter.api.Test;

import java.util.Map;

/** Data of tokens, which other clients are shown. */
class TokenDataTest {
    private static final Payload BROKEN_LINES = Payload.of("{\n\"a\":\r\n1}");
    private static final Payload ONE_LINE = Payload.of("{\"a\":1}");
    private static final Payload NO_JSON = Payload.of("}");

    private static ConnectionToken connection(Payload info, Payload subInfo, Payload data) {
        var sub = new TokenSubscription(subInfo, data, ChannelOverrides.NONE);
        return new ConnectionToken("u", null, info, Map.of("c", sub), "id");
    }

    private static SubscriptionToken subscription(Payload info, Payload data) {
        return new SubscriptionToken("u", "c", null, info, data, null, ChannelOverrides.NONE, null);
    }

    @Test
    void lineBreaksAreTakenOut() {
        assertThat(TokenData.shown(connection(BROKEN_LINES, BROKEN_LINES, BROKEN_LINES)))
                .isEqualTo(connection(ONE_LINE, ONE_LINE, ONE_LINE));
        assertThat(TokenData.shown(subscription(BROKEN_LINES, BROKEN_LINES)))
                .isEqualTo(subscription(ONE_LINE, ONE_LINE));
    }

    @Test
    void whatIsNotJsonIsNotShown() {
        assertThat(TokenData.shown(connection(NO_JSON, ONE_LINE, ONE_LINE))).isNull();
        assertThat(TokenData.shown(connection(ONE_LINE, NO_JSON, ONE_LINE))).isNull();
        assertThat(TokenData.shown(connection(ONE_LINE, ONE_LINE, NO_JSON))).isNull();
        assertThat(TokenData.shown(subscription(NO_JSON, ONE_LINE))).isNull();
        assertThat(TokenData.shown(subscription(ONE_LINE, NO_JSON))).isNull();
    }

    @Test
    void noneIsFine() {
        assertThat(TokenData.shown(connection(Payload.EMPTY, Payload.EMPTY, Payload.EMPTY)))
                .isEqualTo(connection(Payload.EMPTY, Payload.EMPTY, Payload.EMPTY));
    }
}
