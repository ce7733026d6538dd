package io.hawser.server.http;

import io.undertow.server.HttpServerExchange;

import java.util.Deque;

/** Reads query strings. Stateless. */
public final class Query {
    private Query() {}

    /** The parameter, the first one if there are several; empty if there is none. */
    public static String text(HttpServerExchange exchange, String name) {
        Deque<String> values = exchange.getQueryParameters().get(name);
        String first = values == null ? null : values.peekFirst();
        return first == null ? "" : first;
    }
}
