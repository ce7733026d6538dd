package io.hawser.server.endpoint;

import io.hawser.server.session.Continuity;
import io.hawser.server.session.SessionIds;
import io.hawser.server.session.Visit;
import io.hawser.server.websocket.UpgradeRequest;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.util.Headers;

import org.jspecify.annotations.Nullable;

import java.util.Deque;
import java.util.List;

/**
 * Finds out by which id a client wants to be known again, and gives it one if it needs it: in the
 * cookie {@value #COOKIE}, or in the URL as {@code session}. Thread-safe.
 */
public final class Visits {
    static final String COOKIE = "hawser_session";
    static final String PARAMETER = "session";

    private final Continuity.Rules rules;

    public Visits(Continuity.Rules rules) {
        this.rules = rules;
    }

    /** What the request tells, or what its answer told. */
    Visit of(UpgradeRequest request) {
        String shown = shown(request);
        if (!shown.isEmpty()) {
            return visit(shown, false, region(request));
        }
        return visit(inCookies(List.of(request.given())), true, region(request));
    }

    private String region(UpgradeRequest request) {
        String header =
                rules.regionHeader().isEmpty() ? null : request.header(rules.regionHeader());
        return header == null ? "" : header;
    }

    private static String shown(UpgradeRequest request) {
        String inUrl = SessionIds.orEmpty(request.parameter(PARAMETER));
        return inUrl.isEmpty()
                ? inCookies(request.headers().getOrDefault("cookie", List.of()))
                : inUrl;
    }

    /** The cookie to be set with the answer; empty for none. */
    String given(UpgradeRequest request) {
        return rules.cookies() && shown(request).isEmpty() ? newCookie() : "";
    }

    /** What the request tells; the answer, which has not begun, tells the rest. */
    Visit of(HttpServerExchange exchange) {
        Visit told = told(exchange);
        if (!told.session().isEmpty() || !rules.cookies()) {
            return told;
        }
        String cookie = newCookie();
        exchange.getResponseHeaders().add(Headers.SET_COOKIE, cookie);
        return visit(inCookies(List.of(cookie)), true, told.region());
    }

    /** What the request tells by itself: whoever only asks is given nothing. */
    public Visit told(HttpServerExchange exchange) {
        String region =
                rules.regionHeader().isEmpty()
                        ? null
                        : exchange.getRequestHeaders().getFirst(rules.regionHeader());
        return visit(shown(exchange), false, region == null ? "" : region);
    }

    private static String shown(HttpServerExchange exchange) {
        Deque<String> values = exchange.getQueryParameters().get(PARAMETER);
        String inUrl = SessionIds.orEmpty(values == null ? "" : values.getFirst());
        if (!inUrl.isEmpty()) {
            return inUrl;
        }
        @Nullable Cookie cookie = exchange.getRequestCookie(COOKIE);
        return cookie == null ? "" : SessionIds.orEmpty(cookie.getValue());
    }

    private static Visit visit(String session, boolean fresh, String region) {
        return session.isEmpty() && region.isEmpty()
                ? Visit.PLAIN
                : new Visit(session, fresh && !session.isEmpty(), region);
    }

    private String newCookie() {
        return COOKIE
                + "="
                + rules.newId().get()
                + "; Path=/; Max-Age="
                + rules.cookieSeconds()
                + "; HttpOnly; SameSite=Lax";
    }

    /** RFC 6265, 5.4: pairs with "; " between them. */
    private static String inCookies(List<String> headers) {
        for (String header : headers) {
            for (String pair : header.split(";", -1)) {
                String trimmed = pair.strip();
                if (trimmed.startsWith(COOKIE + "=")) {
                    return SessionIds.orEmpty(trimmed.substring(COOKIE.length() + 1));
                }
            }
        }
        return "";
    }
}
