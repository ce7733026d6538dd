package io.hawser.server.admin;

import io.hawser.grid.event.EventJson;
import io.hawser.grid.event.EventReader;
import io.hawser.grid.event.EventTypes;
import io.hawser.grid.event.GridEvent;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.hawser.server.http.Query;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * {@code GET /admin/v1/events?since=ID&types=node,alert}: the cluster's events as Server-Sent
 * Events, first those that this node remembers (after {@code since}, or {@code Last-Event-ID}),
 * then each as it is heard. A comment comes when there was nothing for a while. {@code event:
 * incomplete} says that the one to go on after is not known, {@code event: cut}, the last one, that
 * the reader was too slow. A virtual thread a reader; thread-safe.
 */
public final class EventsHandler implements HttpHandler {
    /** Readers at once, of one node. */
    static final int MAX_READERS = 64;

    /** New events that may wait for a reader. */
    private static final int CAPACITY = 1_000;

    private static final String PATH = AdminHandler.PREFIX + "events";
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final HttpString LAST_EVENT_ID = new HttpString("Last-Event-ID");

    private final KeyGate gate;
    private final Source source;
    private final Duration heartbeat;
    private final HttpHandler next;
    private final Semaphore readers = new Semaphore(MAX_READERS);

    /** Where events come from; {@code io.hawser.grid.event.Events#follow} is one. */
    @FunctionalInterface
    public interface Source {
        /** Reads what came after an event, null for all that is remembered, and what follows. */
        EventReader follow(@Nullable String since, int capacity);
    }

    /**
     * @param next gets all other paths
     */
    public EventsHandler(Secret key, Source source, HttpHandler next) {
        this(key, source, HEARTBEAT, next);
    }

    EventsHandler(Secret key, Source source, Duration heartbeat, HttpHandler next) {
        this.gate = new KeyGate(key);
        this.source = source;
        this.heartbeat = heartbeat;
        this.next = next;
    }

    private record Incomplete(String since) {}

    private record Cut(String message) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.getRequestPath().equals(PATH)) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange)) {
            admitted(exchange);
        }
    }

    private void admitted(HttpServerExchange exchange) {
        EventTypes types = types(Query.text(exchange, "types"));
        if (!exchange.getRequestMethod().equals(Methods.GET)) {
            JsonResponse.methodNotAllowed(exchange, "GET");
        } else if (!types.unknown().isEmpty()) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "no events are called "
                            + String.join(", ", types.unknown())
                            + "; there are "
                            + EventTypes.known());
        } else if (!readers.tryAcquire()) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.SERVICE_UNAVAILABLE,
                    MAX_READERS + " readers follow the events here already: try another node");
        } else {
            String since = since(exchange);
            EventStream.serve(exchange, readers, out -> stream(since, types, out));
        }
    }

    private static EventTypes types(String names) {
        List<String> split =
                Arrays.stream(names.split(",", -1))
                        .map(String::strip)
                        .filter(n -> !n.isEmpty())
                        .toList();
        return new EventTypes(split);
    }

    private void stream(@Nullable String since, EventTypes types, EventStream out)
            throws IOException, InterruptedException {
        try (EventReader reader = source.follow(since, CAPACITY)) {
            follow(reader, since, types, out);
        }
    }

    private static @Nullable String since(HttpServerExchange exchange) {
        String since = Query.text(exchange, "since");
        if (!since.isEmpty()) {
            return since;
        }
        return exchange.getRequestHeaders().getFirst(LAST_EVENT_ID);
    }

    private void follow(
            EventReader reader, @Nullable String since, EventTypes types, EventStream out)
            throws IOException, InterruptedException {
        out.comment("events of the cluster");
        if (since != null && !reader.isComplete()) {
            out.event("incomplete", new Incomplete(since));
        }
        out.flush();
        while (!reader.isCut()) {
            GridEvent event = reader.next(heartbeat);
            if (event == null) {
                out.comment("");
            } else if (types.admit(event.what())) {
                out.event(event.id(), event.what().type(), EventJson.write(event));
            }
            out.flush();
        }
        out.event("cut", new Cut("too slow: come back, with since"));
        out.close();
    }
}
