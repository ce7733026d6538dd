package io.hawser.server.session;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.protocol.JsonData;
import io.hawser.server.security.ConnectionToken;
import io.hawser.server.security.SubscriptionToken;
import io.hawser.server.security.TokenSubscription;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * What tokens bring for other clients to see. It may hold any bytes, so it passes the same check as
 * what clients publish: one JSON value, its line breaks taken out, or JSON frames would break on
 * it. Thread-safe.
 */
final class TokenData {
    private TokenData() {}

    /** The token with data that may be shown; null if some of it must not. */
    static @Nullable ConnectionToken shown(ConnectionToken token) {
        Payload info = shown(token.connInfo());
        Map<String, TokenSubscription> subs = HashMap.newHashMap(token.subs().size());
        for (Map.Entry<String, TokenSubscription> sub : token.subs().entrySet()) {
            Payload subInfo = shown(sub.getValue().info());
            Payload data = shown(sub.getValue().data());
            if (subInfo == null || data == null) {
                return null;
            }
            subs.put(
                    sub.getKey(), new TokenSubscription(subInfo, data, sub.getValue().overrides()));
        }
        return info == null
                ? null
                : new ConnectionToken(
                        token.user(),
                        token.expireAt(),
                        info,
                        subs,
                        token.tokenId(),
                        token.region());
    }

    /** The token with data that may be shown; null if some of it must not. */
    static @Nullable SubscriptionToken shown(SubscriptionToken token) {
        Payload info = shown(token.info());
        Payload data = shown(token.data());
        return info == null || data == null
                ? null
                : new SubscriptionToken(
                        token.user(),
                        token.channel(),
                        token.client(),
                        info,
                        data,
                        token.expireAt(),
                        token.overrides(),
                        token.tokenId());
    }

    private static @Nullable Payload shown(Payload data) {
        if (data.isEmpty()) {
            return data;
        }
        return JsonData.check(data) instanceof JsonData.Valid valid ? valid.payload() : null;
    }
}
