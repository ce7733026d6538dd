package io.hawser.server.route;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.server.endpoint.ClientAddresses;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/**
 * Where a client finds the nodes: at the proxy through which its request came, or each at its own
 * address. What a request says about its way is believed only if a trusted proxy says it, else
 * anybody could have clients sent anywhere. Immutable, thread-safe.
 *
 * @param scheme ws or wss
 * @param authority host and port of the proxy; null if each node has to be called by its own
 */
record Front(String scheme, @Nullable String authority) {
    private static final String PATH = "/connection/websocket?node=";
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

    /**
     * The front of this request.
     *
     * @param alone true if this node is the only one: then it is where the request found it
     */
    static Front of(HttpServerExchange exchange, ClientAddresses addresses, boolean alone) {
        HeaderMap headers = exchange.getRequestHeaders();
        if (!addresses.isFromTrustedProxy(exchange)) {
            String host = alone ? first(headers.getFirst(Headers.HOST)) : null;
            return new Front(scheme(exchange.getRequestScheme()), host);
        }
        String forwarded = first(headers.getFirst(Headers.X_FORWARDED_HOST));
        boolean proxied = alone || headers.contains(Headers.X_FORWARDED_FOR);
        String host = proxied ? first(headers.getFirst(Headers.HOST)) : null;
        String scheme = headers.getFirst(Headers.X_FORWARDED_PROTO);
        return new Front(
                scheme(scheme != null ? scheme : exchange.getRequestScheme()),
                forwarded != null ? forwarded : host);
    }

    /** The address of the node, with the hint by which proxies choose it. */
    String url(NodeInfo node) {
        String host = authority != null ? authority : bracketed(node.host()) + ":" + node.port();
        return scheme + "://" + host + PATH + node.id();
    }

    /** A bare IPv6 address needs brackets before a port. */
    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** The first of a list that proxies appended to, if it is a host and port at all. */
    private static @Nullable String first(@Nullable String list) {
        String host = list == null ? "" : list.split(",", 2)[0].strip();
        return AUTHORITY.matcher(host).matches() ? host : null;
    }

    private static String scheme(String http) {
        return http.equalsIgnoreCase("https") ? "wss" : "ws";
    }
}
