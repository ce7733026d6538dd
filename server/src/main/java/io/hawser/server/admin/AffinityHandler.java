package io.hawser.server.admin;

import io.hawser.grid.affinity.AffinityEntry;
import io.hawser.grid.affinity.Placement;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.server.affinity.MoveOutcome;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.Json;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a user belongs, {@code GET /admin/v1/affinity/{user}}, and moving a client, {@code POST
 * /admin/v1/clients/{id}/move?node=}. Runs on I/O threads and waits for nothing there; thread-safe.
 */
public final class AffinityHandler implements HttpHandler {
    private static final String AFFINITY = AdminHandler.PREFIX + "affinity/";
    private static final Pattern MOVE =
            Pattern.compile(Pattern.quote(AdminHandler.PREFIX) + "clients/([^/]{1,255})/move");

    private final KeyGate gate;
    private final Function<String, CompletionStage<Placement>> placements;
    private final BiFunction<String, NodeId, CompletionStage<MoveOutcome>> moves;
    private final Predicate<NodeId> known;
    private final HttpHandler next;

    /**
     * @param placements where a user belongs; must not block
     * @param moves moves a client by its id; must not block
     * @param known whether there is such a node
     * @param next gets all other paths
     */
    public AffinityHandler(
            Secret key,
            Function<String, CompletionStage<Placement>> placements,
            BiFunction<String, NodeId, CompletionStage<MoveOutcome>> moves,
            Predicate<NodeId> known,
            HttpHandler next) {
        this.gate = new KeyGate(key);
        this.placements = placements;
        this.moves = moves;
        this.known = known;
        this.next = next;
    }

    /** What the grid remembers, whether or not it holds. */
    private record Mapping(
            String node, long incarnation, long epoch, long connectedAtMs, long sentAwayAtMs) {
        static Mapping of(AffinityEntry entry) {
            return new Mapping(
                    entry.node(),
                    entry.incarnation(),
                    entry.epoch(),
                    entry.connectedAtMs(),
                    entry.sentAwayAtMs());
        }
    }

    private record Where(
            String user,
            @Nullable String node,
            String reason,
            @Nullable String key,
            @Nullable Mapping mapping) {
        static Where of(String user, Placement placement) {
            NodeInfo node = placement.node();
            AffinityEntry entry = placement.entry();
            return new Where(
                    user,
                    node == null ? null : node.id().value(),
                    Json.lowerCase(placement.reason()),
                    placement.key(),
                    entry == null ? null : Mapping.of(entry));
        }
    }

    private record Moved(String client, String user, String from, String to, boolean reconnects) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = decoded(exchange);
        Matcher move = MOVE.matcher(path);
        if (path.startsWith(AFFINITY) && path.length() > AFFINITY.length()) {
            if (gate.admits(exchange) && JsonResponse.reads(exchange)) {
                where(exchange, path.substring(AFFINITY.length()));
            }
        } else if (move.matches()) {
            if (gate.admits(exchange)) {
                move(exchange, move.group(1));
            }
        } else {
            next.handleRequest(exchange);
        }
    }

    /** A user may have a slash, which Undertow leaves encoded. */
    private static String decoded(HttpServerExchange exchange) {
        String raw = exchange.getRequestURI();
        try {
            return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return raw; // no path of ours
        }
    }

    private void where(HttpServerExchange exchange, String user) {
        answer(
                exchange,
                () -> placements.apply(user),
                placement ->
                        JsonResponse.send(exchange, StatusCodes.OK, Where.of(user, placement)));
    }

    private void move(HttpServerExchange exchange, String client) {
        NodeId node = node(exchange.getQueryParameters().get("node"));
        if (!exchange.getRequestMethod().equals(Methods.POST)) {
            JsonResponse.methodNotAllowed(exchange, "POST");
        } else if (node == null) {
            JsonResponse.fail(exchange, StatusCodes.BAD_REQUEST, "node must be the id of a node");
        } else if (!known.test(node)) {
            JsonResponse.notFound(exchange, "no node of that id is known: " + node);
        } else {
            answer(
                    exchange,
                    () -> moves.apply(client, node),
                    outcome -> tell(exchange, client, node, outcome));
        }
    }

    /** Null if there is none, or it cannot be one. */
    private static @Nullable NodeId node(@Nullable Deque<String> given) {
        try {
            return given == null ? null : new NodeId(given.getFirst());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void tell(
            HttpServerExchange exchange, String client, NodeId node, MoveOutcome outcome) {
        switch (outcome.kind()) {
            case MOVED, ALREADY_THERE ->
                    JsonResponse.send(
                            exchange,
                            StatusCodes.OK,
                            new Moved(
                                    client,
                                    outcome.user(),
                                    outcome.from(),
                                    node.value(),
                                    outcome.kind() == MoveOutcome.Kind.MOVED));
            case NO_SUCH_CLIENT ->
                    JsonResponse.notFound(exchange, "no client of that id is connected");
            case NOT_REMEMBERED ->
                    JsonResponse.fail(
                            exchange,
                            StatusCodes.CONFLICT,
                            "affinity.strategy remembers no nodes for this client");
            case NOT_A_HOME ->
                    JsonResponse.fail(
                            exchange,
                            StatusCodes.CONFLICT,
                            node + " takes no clients, or affinity.strategy wants it elsewhere");
            case FAILED ->
                    JsonResponse.fail(
                            exchange, StatusCodes.SERVICE_UNAVAILABLE, "the grid does not answer");
        }
    }

    private interface Question<T> {
        CompletionStage<T> ask();
    }

    private interface Telling<T> {
        void tell(T answer);
    }

    private static <T> void answer(
            HttpServerExchange exchange, Question<T> question, Telling<T> telling) {
        exchange.dispatch(
                SameThreadExecutor.INSTANCE,
                () ->
                        question.ask()
                                .whenComplete(
                                        (answer, failure) -> {
                                            if (failure == null) {
                                                telling.tell(answer);
                                            } else {
                                                JsonResponse.fail(
                                                        exchange,
                                                        StatusCodes.SERVICE_UNAVAILABLE,
                                                        "the grid does not answer");
                                            }
                                        }));
    }
}
