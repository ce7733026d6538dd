package io.hawser.server.route;

import io.hawser.grid.balance.Choice;
import io.hawser.grid.balance.LoadBalancer;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.server.endpoint.ClientAddresses;
import io.hawser.server.endpoint.Origins;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.Query;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * {@code GET /route?region=…}: tells a client where to connect. The client's own node if it takes
 * clients, else the one that the balancer chooses. Starts on I/O threads and answers on virtual
 * ones; thread-safe.
 */
public final class RouteHandler implements HttpHandler {
    /** Nodes come and go: after so many seconds a client asks again. */
    private static final int EXPIRES_IN_SECONDS = 10;

    /** By then somebody may have left, or a node may have come back. */
    private static final int RETRY_AFTER_SECONDS = 1;

    private static final int MAX_ALTERNATIVES = 4;
    private static final Pattern REGION = Pattern.compile("|[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final RouteGate gate;
    private final Newcomers newcomers;
    private final LoadBalancer balancer;
    private final Homes homes;
    private final Supplier<? extends Collection<NodeInfo>> nodes;
    private final ClientAddresses addresses;
    private final Origins origins;

    /**
     * @param homes asked before the balancer
     * @param nodes the nodes that are known; must not block
     */
    public RouteHandler(
            RouteGate gate,
            Newcomers newcomers,
            LoadBalancer balancer,
            Homes homes,
            Supplier<? extends Collection<NodeInfo>> nodes,
            ClientAddresses addresses,
            Origins origins) {
        this.gate = gate;
        this.newcomers = newcomers;
        this.balancer = balancer;
        this.homes = homes;
        this.nodes = nodes;
        this.addresses = addresses;
        this.origins = origins;
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
        if (origins.answers(exchange, Methods.GET, Methods.HEAD) || !JsonResponse.reads(exchange)) {
            return;
        }
        InetAddress source = addresses.source(exchange);
        if (!gate.admits(exchange, source)) {
            return;
        }
        RouteGate.Asker asker = gate.asker(exchange);
        if (asker == null) {
            return;
        }
        String region = Query.text(exchange, "region");
        if (!REGION.matcher(region).matches()) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "region must be 1 to 64 letters, digits, '.', '_' or '-', starting with a letter"
                            + " or digit");
            return;
        }
        Newcomers.Known client = newcomers.of(exchange, asker, region, source.getHostAddress());
        exchange.dispatch(Thread::startVirtualThread, each -> answer(each, client));
    }

    private void answer(HttpServerExchange exchange, Newcomers.Known client) {
        switch (balancer.choose(client.newcomer(), homes.of(client.traits()))) {
            case Choice.Found found ->
                    JsonResponse.send(exchange, StatusCodes.OK, route(exchange, found));
            case Choice.Nowhere nowhere -> {
                exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER_SECONDS);
                JsonResponse.fail(exchange, StatusCodes.SERVICE_UNAVAILABLE, nowhere.reason());
            }
        }
    }

    private Route route(HttpServerExchange exchange, Choice.Found found) {
        boolean alone = nodes.get().stream().filter(NodeInfo::isLive).count() == 1;
        Front front = Front.of(exchange, addresses, alone);
        return new Route(
                found.node().id().value(),
                front.url(found.node()),
                found.alternatives().stream()
                        .limit(MAX_ALTERNATIVES)
                        .map(node -> new Target(node.id().value(), front.url(node)))
                        .toList(),
                found.reason(),
                EXPIRES_IN_SECONDS);
    }
}
