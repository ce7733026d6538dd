package io.hawser.server.route;

import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.hawser.server.http.Query;
import io.hawser.server.security.ConnectionToken;
import io.hawser.server.security.SourceLimit;
import io.hawser.server.security.TokenCheck;
import io.hawser.server.security.TokenVerifier;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.time.InstantSource;

/**
 * Finds out for which user {@code /route} is asked: the one of the token, in {@code token} or
 * {@code Authorization: Bearer}; or the one named by {@code user}, if the API key comes with it or
 * the node lets anybody in. Thread-safe; does no I/O.
 */
public final class RouteGate {
    private static final Logger log = LoggerFactory.getLogger(RouteGate.class);
    private static final String BEARER = "bearer ";
    private static final int MAX_USER_CHARS = 256;

    private final TokenVerifier tokens;
    private final KeyGate keys;
    private final boolean insecure;
    private final SourceLimit limit;
    private final InstantSource clock;

    /**
     * @param key {@code api.key}
     * @param insecure {@code client.insecure}
     * @param limit of those without the API key
     */
    public RouteGate(
            TokenVerifier tokens,
            Secret key,
            boolean insecure,
            SourceLimit limit,
            InstantSource clock) {
        this.limit = limit;
        this.tokens = tokens;
        this.keys = new KeyGate(key);
        this.insecure = insecure;
        this.clock = clock;
    }

    /**
     * True if the request may go on; if not, its address has asked too often and it has been
     * answered with 429. Who has the API key asks for many.
     */
    boolean admits(HttpServerExchange exchange, InetAddress source) {
        long waitSeconds = keys.knows(exchange) ? 0 : limit.retryAfterSeconds(source);
        if (waitSeconds > 0) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, waitSeconds);
            JsonResponse.fail(
                    exchange,
                    StatusCodes.TOO_MANY_REQUESTS,
                    "too many requests for /route from your address: wait as Retry-After says, then"
                            + " use an answer for as long as its expires_in");
        }
        return waitSeconds == 0;
    }

    /**
     * Whoever wants to connect.
     *
     * @param user empty for an anonymous one
     * @param region by the token; empty if it does not say
     */
    record Asker(String user, String region) {}

    /** For whom is asked; null if the request has been refused. */
    @Nullable Asker asker(HttpServerExchange exchange) {
        String token = token(exchange);
        if (!token.isEmpty()) {
            return ofToken(token, exchange);
        }
        if (KeyGate.isOffered(exchange)) {
            return keys.admits(exchange) ? named(exchange) : null;
        }
        return insecure
                ? named(exchange)
                : refused(
                        exchange,
                        "a token is needed: send it as token=… or Authorization: Bearer …; or name"
                                + " a user=… and send the API key");
    }

    private static String token(HttpServerExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        boolean bearer =
                authorization != null
                        && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return bearer
                ? authorization.substring(BEARER.length()).strip()
                : Query.text(exchange, "token");
    }

    private @Nullable Asker ofToken(String token, HttpServerExchange exchange) {
        return switch (tokens.verifyConnection(token, clock.instant())) {
            case TokenCheck.Valid<ConnectionToken> valid ->
                    new Asker(valid.token().user(), valid.token().region());
            case TokenCheck.Expired<ConnectionToken> expired ->
                    refused(exchange, "token expired: get a new one");
            case TokenCheck.Invalid<ConnectionToken> invalid -> {
                log.debug("a token for /route is refused: {}", invalid.reason());
                yield refused(exchange, "invalid token: it is not one of this cluster");
            }
        };
    }

    private static @Nullable Asker named(HttpServerExchange exchange) {
        String user = Query.text(exchange, "user");
        if (user.length() > MAX_USER_CHARS) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "user is longer than " + MAX_USER_CHARS + " characters");
            return null;
        }
        return new Asker(user, "");
    }

    private static @Nullable Asker refused(HttpServerExchange exchange, String why) {
        exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
        JsonResponse.fail(exchange, StatusCodes.UNAUTHORIZED, why);
        return null;
    }
}
