package io.hawser.server.admin;

import io.hawser.grid.balance.Score;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.server.binding.Secret;
import io.hawser.server.health.Health;
import io.hawser.server.http.Json;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code GET /admin/v1/…} with the API key: the cluster and its nodes, from what this node knows
 * already. Runs on I/O threads; thread-safe.
 */
public final class AdminHandler implements HttpHandler {
    static final String PREFIX = "/admin/v1/";
    private static final String NODE = "nodes/";

    private final KeyGate gate;
    private final String cluster;
    private final Health health;
    private final Supplier<? extends Collection<NodeInfo>> nodes;
    private final Supplier<ClusterSnapshot> figures;
    private final Supplier<ScalingView> scaling;
    private final SlowHandler slow;
    private final BalanceView.Source balance;

    /**
     * @param cluster name of the cluster
     * @param nodes the nodes that are known; must not block
     * @param figures the cluster's; must not block
     * @param scaling what scaling has decided; must not block
     * @param slow answers {@code slow}
     * @param balance how clients are given out
     */
    public AdminHandler(
            Secret key,
            String cluster,
            Health health,
            Supplier<? extends Collection<NodeInfo>> nodes,
            Supplier<ClusterSnapshot> figures,
            Supplier<ScalingView> scaling,
            SlowHandler slow,
            BalanceView.Source balance) {
        this.gate = new KeyGate(key);
        this.cluster = cluster;
        this.health = health;
        this.nodes = nodes;
        this.figures = figures;
        this.scaling = scaling;
        this.slow = slow;
        this.balance = balance;
    }

    private record Nodes(String algorithm, List<NodeView> nodes) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!gate.admits(exchange)) {
            return;
        }
        String path = exchange.getRequestPath().substring(PREFIX.length());
        switch (path) {
            case "cluster" ->
                    answer(
                            exchange,
                            ClusterView.of(
                                    cluster, health.view(), nodes.get(), balance, figures.get()));
            case "nodes" -> answer(exchange, nodeList());
            case "metrics" -> answer(exchange, FiguresView.of(figures.get()));
            case "scaling" -> answer(exchange, scaling.get());
            case "slow" -> slow.handleRequest(exchange);
            default -> answerNode(exchange, path);
        }
    }

    private Nodes nodeList() {
        return new Nodes(Json.lowerCase(balance.algorithm()), ClusterView.list(nodes.get()));
    }

    private void answerNode(HttpServerExchange exchange, String path) {
        if (!path.startsWith(NODE)) {
            JsonResponse.notFound(
                    exchange,
                    "no such path here; there are cluster, nodes, nodes/{id}, metrics, scaling,"
                            + " failovers, events, webhooks, slow, outbox, affinity/{user},"
                            + " clients/{id}/move");
            return;
        }
        String id = path.substring(NODE.length());
        Collection<NodeInfo> known = nodes.get();
        double highest = Score.highest(known);
        known.stream()
                .filter(node -> node.id().value().equals(id))
                .findAny()
                .ifPresentOrElse(
                        node -> answer(exchange, NodeView.of(node, highest)),
                        () -> JsonResponse.notFound(exchange, "no node of that id is known"));
    }

    private static void answer(HttpServerExchange exchange, Object body) {
        if (JsonResponse.reads(exchange)) {
            JsonResponse.send(exchange, StatusCodes.OK, body);
        }
    }
}
