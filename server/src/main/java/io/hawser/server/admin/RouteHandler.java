package io.hawser.server.admin;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * {@code GET /route}: tells a client where to connect. Any node that takes clients will do; the
 * order is random, so that many who ask are spread. Runs on I/O threads; thread-safe.
 */
public final class RouteHandler implements HttpHandler {
    private static final String PATH = "/connection/websocket?node=";

    /** Nodes come and go: after so many seconds a client asks again. */
    private static final int EXPIRES_IN_SECONDS = 10;

    private static final int MAX_ALTERNATIVES = 4;
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

    private final Supplier<? extends Collection<NodeInfo>> nodes;

    /**
     * @param nodes the nodes that are known; must not block
     */
    public RouteHandler(Supplier<? extends Collection<NodeInfo>> nodes) {
        this.nodes = nodes;
    }

    /**
     * The answer.
     *
     * @param node id of the node to connect to
     * @param url where
     * @param alternatives other nodes, for when the first does not answer
     * @param reason why this node
     * @param expiresIn seconds for which the answer is good
     */
    public record Route(
            String node, String url, List<Target> alternatives, String reason, int expiresIn) {}

    /** A node and its URL. */
    public record Target(String node, String url) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!JsonResponse.reads(exchange)) {
            return;
        }
        List<Target> targets = targets(exchange);
        if (targets.isEmpty()) {
            JsonResponse.fail(
                    exchange, StatusCodes.SERVICE_UNAVAILABLE, "no node takes clients now");
            return;
        }
        Target first = targets.getFirst();
        List<Target> others = targets.subList(1, Math.min(targets.size(), 1 + MAX_ALTERNATIVES));
        JsonResponse.send(
                exchange,
                StatusCodes.OK,
                new Route(first.node(), first.url(), others, "any ready node", EXPIRES_IN_SECONDS));
    }

    private List<Target> targets(HttpServerExchange exchange) {
        Collection<NodeInfo> known = nodes.get();
        var ready = new ArrayList<>(known.stream().filter(RouteHandler::takesClients).toList());
        Collections.shuffle(ready);
        boolean alone = known.stream().filter(NodeInfo::isLive).count() == 1;
        String front = front(exchange, alone);
        String scheme = scheme(exchange);
        return ready.stream().map(node -> target(node, scheme, front)).toList();
    }

    private static boolean takesClients(NodeInfo node) {
        return node.status() == NodeStatus.ACTIVE && node.port() > 0;
    }

    private static Target target(NodeInfo node, String scheme, @Nullable String front) {
        String id = node.id().value();
        String authority = front != null ? front : bracketed(node.host()) + ":" + node.port();
        return new Target(id, scheme + "://" + authority + PATH + id);
    }

    /** A bare IPv6 address needs brackets before a port. */
    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /**
     * Where clients find all nodes: the proxy through which the request came, or this node if it is
     * the only one. Null if each node has to be called by its own address.
     */
    private static @Nullable String front(HttpServerExchange exchange, boolean alone) {
        String forwarded = first(exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_HOST));
        if (forwarded != null) {
            return forwarded;
        }
        boolean proxied = exchange.getRequestHeaders().contains(Headers.X_FORWARDED_FOR);
        return alone || proxied ? first(exchange.getRequestHeaders().getFirst(Headers.HOST)) : null;
    }

    /** The first of a list that proxies appended to, if it is a host and port at all. */
    private static @Nullable String first(@Nullable String list) {
        String host = list == null ? "" : list.split(",", 2)[0].strip();
        return AUTHORITY.matcher(host).matches() ? host : null;
    }

    private static String scheme(HttpServerExchange exchange) {
        String forwarded = exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_PROTO);
        String scheme = forwarded != null ? forwarded : exchange.getRequestScheme();
        return scheme.equalsIgnoreCase("https") ? "wss" : "ws";
    }
}
