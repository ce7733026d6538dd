package io.hawser.server.order;

import io.hawser.grid.balance.Move;
import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.failover.DrainOrder;
import io.hawser.server.binding.Secret;
import io.hawser.server.config.DrainConfig;
import io.hawser.server.http.InvalidFieldException;
import io.hawser.server.http.Json;
import io.hawser.server.http.JsonFields;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.hawser.server.http.RequestBody;
import io.hawser.server.http.SlowBodyException;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Orders for nodes, with the API key: {@code POST /admin/v1/nodes/{id}/drain} and {@code undrain},
 * {@code GET} of the former for its progress, {@code GET} and {@code POST
 * /admin/v1/cluster/rebalance}. Any node takes them for any other. What is none of these goes to
 * the next handler. Thread-safe.
 */
public final class NodeOrdersHandler implements HttpHandler {
    private static final Pattern ORDER =
            Pattern.compile("/admin/v1/nodes/([^/]{1,200})/(drain|undrain)");
    private static final String REBALANCE = "/admin/v1/cluster/rebalance";
    private static final int MAX_BODY_BYTES = 4096;
    private static final long BODY_TIMEOUT_MS = 5_000;

    private final KeyGate gate;
    private final DrainConfig defaults;
    private final Supplier<? extends Collection<NodeInfo>> nodes;
    private final NodeCourier courier;
    private final Supplier<List<Move>> recommended;
    private final HttpHandler next;

    /**
     * @param defaults of a drain that does not say
     * @param nodes the nodes that are known; must not block
     * @param recommended what would level the nodes, now; must not block
     * @param next answers everything else
     */
    public NodeOrdersHandler(
            Secret key,
            DrainConfig defaults,
            Supplier<? extends Collection<NodeInfo>> nodes,
            NodeCourier courier,
            Supplier<List<Move>> recommended,
            HttpHandler next) {
        this.gate = new KeyGate(key);
        this.defaults = defaults;
        this.nodes = nodes;
        this.courier = courier;
        this.recommended = recommended;
        this.next = next;
    }

    private record MoveView(String from, String to, int connections, String refused) {
        static MoveView of(Move move, String refused) {
            return new MoveView(
                    move.from().value(), move.to().value(), move.connections(), refused);
        }
    }

    private record Rebalance(boolean applied, List<MoveView> moves) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        Matcher order = ORDER.matcher(path);
        boolean isOrder = order.matches();
        if (!isOrder && !path.equals(REBALANCE)) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange)) {
            exchange.dispatch(
                    Thread::startVirtualThread,
                    each -> {
                        if (isOrder) {
                            order(each, order.group(1), order.group(2));
                        } else {
                            rebalance(each);
                        }
                    });
        }
    }

    // One node

    private void order(HttpServerExchange exchange, String id, String verb) throws IOException {
        boolean reads = exchange.getRequestMethod().equals(Methods.GET);
        if (verb.equals("undrain") ? !posts(exchange) : !(reads || posts(exchange))) {
            return;
        }
        NodeInfo node = known(id);
        if (node == null) {
            JsonResponse.notFound(exchange, "no node '" + id + "' is known; " + whoIsThere());
        } else if (!node.isLive()) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.CONFLICT,
                    "node " + id + " is " + Json.lowerCase(node.status()) + ": it takes no orders");
        } else if (reads) {
            send(exchange, node.id(), NodeOrder.LOOK);
        } else if (verb.equals("undrain")) {
            send(exchange, node.id(), NodeOrder.UNDRAIN);
        } else {
            drain(exchange, node.id());
        }
    }

    private static boolean posts(HttpServerExchange exchange) {
        boolean posts = exchange.getRequestMethod().equals(Methods.POST);
        if (!posts) {
            JsonResponse.methodNotAllowed(exchange, "POST");
        }
        return posts;
    }

    private @Nullable NodeInfo known(String id) {
        return nodes.get().stream().filter(n -> n.id().value().equals(id)).findAny().orElse(null);
    }

    private String whoIsThere() {
        return "there are "
                + nodes.get().stream()
                        .map(node -> node.id().value())
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    private void drain(HttpServerExchange exchange, NodeId node) throws IOException {
        DrainOrder order;
        try {
            order = drainOrder(body(exchange));
        } catch (InvalidFieldException e) {
            JsonResponse.fail(exchange, StatusCodes.BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        } catch (SlowBodyException e) {
            JsonResponse.fail(exchange, StatusCodes.REQUEST_TIME_OUT, "the body has not come");
            return;
        }
        send(exchange, node, NodeOrder.drain(order));
    }

    private DrainOrder drainOrder(JsonFields fields) throws InvalidFieldException {
        long graceMs = fields.integer("grace_ms", 0, DrainOrder.MAX_GRACE.toMillis());
        return new DrainOrder(
                rate(fields),
                fields.has("grace_ms") ? Duration.ofMillis(graceMs) : defaults.grace(),
                fields.flag("force"));
    }

    private int rate(JsonFields fields) throws InvalidFieldException {
        return fields.has("rate")
                ? (int) fields.integer("rate", 1, DrainOrder.MAX_RATE)
                : defaults.rate();
    }

    private static JsonFields body(HttpServerExchange exchange)
            throws IOException, InvalidFieldException, SlowBodyException {
        byte[] body = RequestBody.read(exchange, MAX_BODY_BYTES, BODY_TIMEOUT_MS);
        if (body.length > MAX_BODY_BYTES) {
            throw new InvalidFieldException("the body is longer than " + MAX_BODY_BYTES);
        }
        return body.length == 0 ? JsonFields.NONE : JsonFields.parse(body);
    }

    private void send(HttpServerExchange exchange, NodeId node, NodeOrder order) {
        switch (courier.send(node, order).toCompletableFuture().join()) {
            case Answer.Missing missing ->
                    JsonResponse.fail(
                            exchange,
                            StatusCodes.SERVICE_UNAVAILABLE,
                            "node " + node + " does not answer: " + missing.reason());
            case Answer.Given given -> {
                OrderAnswer answer = Json.decode(given.data(), OrderAnswer.class);
                if (answer.refused().isEmpty()) {
                    JsonResponse.send(exchange, StatusCodes.OK, answer);
                } else {
                    JsonResponse.fail(exchange, StatusCodes.CONFLICT, answer.refused());
                }
            }
        }
    }

    // All nodes

    private void rebalance(HttpServerExchange exchange) throws IOException {
        boolean reads = exchange.getRequestMethod().equals(Methods.GET);
        if (!reads && !posts(exchange)) {
            return;
        }
        try {
            JsonFields fields = reads ? JsonFields.NONE : body(exchange);
            boolean apply = fields.flag("apply");
            int rate = rate(fields);
            Map<NodeId, List<Move>> byNode =
                    recommended.get().stream()
                            .collect(
                                    Collectors.groupingBy(
                                            Move::from, TreeMap::new, Collectors.toList()));
            List<MoveView> moves = new ArrayList<>();
            byNode.forEach(
                    (from, all) -> {
                        String refused = apply ? give(from, all, rate) : "";
                        all.forEach(move -> moves.add(MoveView.of(move, refused)));
                    });
            JsonResponse.send(exchange, StatusCodes.OK, new Rebalance(apply, moves));
        } catch (InvalidFieldException e) {
            JsonResponse.fail(exchange, StatusCodes.BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (SlowBodyException e) {
            JsonResponse.fail(exchange, StatusCodes.REQUEST_TIME_OUT, "the body has not come");
        }
    }

    /** Why the node does not do it; empty if it does. */
    private String give(NodeId from, List<Move> moves, int rate) {
        Answer answer =
                courier.send(from, NodeOrder.move(moves, rate)).toCompletableFuture().join();
        return switch (answer) {
            case Answer.Missing missing -> "no answer: " + missing.reason();
            case Answer.Given given -> Json.decode(given.data(), OrderAnswer.class).refused();
        };
    }
}
