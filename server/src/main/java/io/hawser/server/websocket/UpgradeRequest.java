package io.hawser.server.websocket;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The request that opens a WebSocket (RFC 6455, 4.2.1), already known to be one. Immutable.
 *
 * @param path path of the request, as it was sent
 * @param query what followed the question mark, undecoded; empty if nothing did
 * @param parameters the query's parameters, decoded
 * @param headers values by lower-case name, in the order they came
 * @param key the Sec-WebSocket-Key
 * @param peer who sent it: a client, or a proxy
 * @param given the cookie that was set with the answer, as the header has it; empty for none
 */
public record UpgradeRequest(
        String path,
        String query,
        Map<String, List<String>> parameters,
        Map<String, List<String>> headers,
        String key,
        InetAddress peer,
        String given) {

    /** A request that has not been answered. */
    public UpgradeRequest(
            String path,
            String query,
            Map<String, List<String>> parameters,
            Map<String, List<String>> headers,
            String key,
            InetAddress peer) {
        this(path, query, parameters, headers, key, peer, "");
    }

    /** The same, answered with a cookie. */
    UpgradeRequest answeredWith(String cookie) {
        return cookie.isEmpty()
                ? this
                : new UpgradeRequest(path, query, parameters, headers, key, peer, cookie);
    }

    /** A header's first value, null if there is none. */
    public @Nullable String header(String lowerCaseName) {
        List<String> values = headers.get(lowerCaseName);
        return values == null ? null : values.getFirst();
    }

    /** A header's last value, null if there is none. */
    public @Nullable String lastHeader(String lowerCaseName) {
        List<String> values = headers.get(lowerCaseName);
        return values == null ? null : values.getLast();
    }

    /** A parameter's first value, empty if there is none. */
    public String parameter(String name) {
        List<String> values = parameters.get(name);
        return values == null ? "" : values.getFirst();
    }

    /** The subprotocols that the client offers, the one it likes best first. */
    public List<String> subprotocols() {
        return listed("sec-websocket-protocol");
    }

    /** The elements of a header that is a comma-separated list. */
    List<String> listed(String lowerCaseName) {
        List<String> elements = new ArrayList<>(2);
        for (String line : headers.getOrDefault(lowerCaseName, List.of())) {
            for (String element : line.split(",", -1)) {
                if (!element.isBlank()) {
                    elements.add(element.trim());
                }
            }
        }
        return elements;
    }

    /**
     * @throws IllegalArgumentException if a percent sign does not begin an encoded byte
     */
    static Map<String, List<String>> parametersOf(String query) {
        if (query.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            parameters.computeIfAbsent(decoded(name), n -> new ArrayList<>(1)).add(decoded(value));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
