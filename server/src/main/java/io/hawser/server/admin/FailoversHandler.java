package io.hawser.server.admin;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.failover.FailoverRecord;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.api.NodeSurvey;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.Json;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code GET /admin/v1/failovers}: what became of lost nodes, newest first. Every node that was
 * there has the record; those that came later have not, so all are asked. Waits for nothing on I/O
 * threads; thread-safe.
 */
public final class FailoversHandler implements HttpHandler {
    /** What the nodes are asked. */
    public static final String TOPIC = "hawser.failovers";

    private static final String PATH = AdminHandler.PREFIX + "failovers";
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final KeyGate gate;
    private final NodeSurvey nodes;
    private final HttpHandler next;

    /**
     * @param next gets all other paths
     */
    public FailoversHandler(Secret key, NodeSurvey nodes, HttpHandler next) {
        this.gate = new KeyGate(key);
        this.nodes = nodes;
        this.next = next;
    }

    private record Views(List<FailoverView> failovers, List<String> nodesMissing) {}

    /** This node's answer to {@link #TOPIC}. */
    public static Payload answer(Supplier<List<FailoverRecord>> records) {
        List<FailoverView> views = records.get().stream().map(FailoverView::of).toList();
        return Payload.of(Json.encode(new Views(views, List.of())));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.getRequestPath().equals(PATH)) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange) && JsonResponse.reads(exchange)) {
            exchange.dispatch(
                    SameThreadExecutor.INSTANCE,
                    () ->
                            nodes.ask(TOPIC, Payload.EMPTY, TIMEOUT)
                                    .whenComplete((answers, failure) -> tell(exchange, answers)));
        }
    }

    private static void tell(HttpServerExchange exchange, @Nullable List<Answer> answers) {
        if (answers == null) {
            JsonResponse.fail(
                    exchange, StatusCodes.SERVICE_UNAVAILABLE, "too many questions at once");
            return;
        }
        Map<String, FailoverView> all = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (Answer answer : answers) {
            switch (answer) {
                case Answer.Given given ->
                        Json.decode(given.data(), Views.class)
                                .failovers()
                                .forEach(each -> all.put(key(each), each));
                case Answer.Missing none -> missing.add(none.node().value());
            }
        }
        List<FailoverView> sorted =
                all.values().stream()
                        .sorted(Comparator.comparingLong(FailoverView::lostAtMs).reversed())
                        .toList();
        JsonResponse.send(exchange, StatusCodes.OK, new Views(sorted, missing));
    }

    /** Several nodes know of the same one. */
    private static String key(FailoverView view) {
        return view.node() + " " + view.incarnation() + " " + view.coordinator();
    }
}
