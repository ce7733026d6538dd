package io.hawser.server.http;

import io.hawser.server.binding.Secret;
import io.hawser.server.security.ApiKeys;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.util.Deque;

/**
 * Lets those in who have the API key: in {@code X-API-Key}, in {@code Authorization: apikey KEY},
 * or in the query as {@code api_key}. Thread-safe.
 */
public final class KeyGate {
    private static final HttpString API_KEY = new HttpString("X-API-Key");
    private static final String SCHEME = "apikey ";

    private final ApiKeys keys;
    private final String refusal;

    /**
     * @param key {@code api.key}; if it is empty nobody gets in
     */
    public KeyGate(Secret key) {
        keys = new ApiKeys(key.reveal());
        refusal =
                key.isEmpty()
                        ? "no API key is configured on this node: set api.key (HAWSER_API_KEY), then"
                                + " send it as X-API-Key"
                        : "wrong or missing API key: send it as X-API-Key";
    }

    /** True if the request may go on; if not, it has been answered with 401. */
    public boolean admits(HttpServerExchange exchange) {
        boolean admitted = keys.matches(offered(exchange));
        if (!admitted) {
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "apikey");
            JsonResponse.fail(exchange, StatusCodes.UNAUTHORIZED, refusal);
        }
        return admitted;
    }

    /** True if the request has the key; answers nothing. */
    public boolean knows(HttpServerExchange exchange) {
        return keys.matches(offered(exchange));
    }

    /** True if the request has a key, right or wrong. */
    public static boolean isOffered(HttpServerExchange exchange) {
        return offered(exchange) != null;
    }

    private static @Nullable String offered(HttpServerExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst(API_KEY);
        if (header != null) {
            return header;
        }
        String authorization = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        if (authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return authorization.substring(SCHEME.length()).strip();
        }
        Deque<String> parameters = exchange.getQueryParameters().get("api_key");
        return parameters == null ? null : parameters.peekFirst();
    }
}
