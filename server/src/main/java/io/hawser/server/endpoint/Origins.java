package io.hawser.server.endpoint;

import io.hawser.server.websocket.Refusal;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/**
 * From which web pages clients may come, and how browsers are told (Fetch standard, 3.2: CORS).
 * Immutable, thread-safe.
 */
public final class Origins {
    static final Refusal REFUSAL =
            Refusal.forbidden("origin not allowed: add it to client.allowed_origins");

    private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
    private static final HttpString ALLOW_CREDENTIALS =
            new HttpString("Access-Control-Allow-Credentials");
    private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
    private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
    private static final HttpString REQUEST_HEADERS =
            new HttpString("Access-Control-Request-Headers");
    private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");

    private static final String ANY = "*";
    private static final String PREFLIGHT_SECONDS = "300";

    private final List<String> allowed;

    /**
     * @param allowed origins as {@code client.allowed_origins} has them
     */
    public Origins(List<String> allowed) {
        this.allowed = allowed.stream().map(o -> o.toLowerCase(Locale.ROOT)).toList();
    }

    /** Whether a request with these headers may come in. */
    boolean allowed(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true;
        }
        if (allowed.isEmpty()) {
            return host != null && host.equalsIgnoreCase(authority(origin));
        }
        return allowed.contains(ANY) || allowed.contains(origin.toLowerCase(Locale.ROOT));
    }

    private static @Nullable String authority(String origin) {
        try {
            return new URI(origin).getAuthority();
        } catch (URISyntaxException e) {
            return null; // no host equals it, so it is refused
        }
    }

    /**
     * Adds what lets the page read the answer, and answers what is only a question of its browser.
     *
     * @return true if that was all
     */
    public boolean answers(HttpServerExchange exchange, HttpString... methods) {
        HeaderMap request = exchange.getRequestHeaders();
        String origin = request.getFirst(Headers.ORIGIN);
        if (!allowed(origin, request.getFirst(Headers.HOST))) {
            Refusals.send(exchange, REFUSAL);
            return true;
        }
        if (origin != null) {
            allow(exchange.getResponseHeaders(), origin);
        }
        if (exchange.getRequestMethod().equals(Methods.OPTIONS)) {
            preflight(exchange, methods);
            return true;
        }
        return false;
    }

    /** A named origin may send its cookies to a proxy that wants them; just anybody may not. */
    private void allow(HeaderMap response, String origin) {
        if (allowed.contains(ANY)) {
            response.put(ALLOW_ORIGIN, ANY);
        } else {
            response.put(ALLOW_ORIGIN, origin);
            response.put(ALLOW_CREDENTIALS, "true");
            response.put(Headers.VARY, "Origin");
        }
    }

    private static void preflight(HttpServerExchange exchange, HttpString[] methods) {
        HeaderMap response = exchange.getResponseHeaders();
        response.put(ALLOW_METHODS, Refusals.list(methods));
        String asked = exchange.getRequestHeaders().getFirst(REQUEST_HEADERS);
        response.put(ALLOW_HEADERS, asked == null ? "Content-Type" : asked);
        response.put(MAX_AGE, PREFLIGHT_SECONDS);
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        exchange.endExchange();
    }
}
