package io.hawser.server.admin;

import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.hawser.server.storage.DatabaseUnavailableException;
import io.hawser.server.storage.DeadLetter;
import io.hawser.server.storage.OutboxState;
import io.hawser.server.storage.OutboxTable;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

import java.util.List;

/**
 * {@code GET /admin/v1/outbox}: how many rows wait, and which were refused and why, the oldest 100.
 * Asks PostgreSQL on a virtual thread; thread-safe.
 */
public final class OutboxHandler implements HttpHandler {
    private static final String PATH = AdminHandler.PREFIX + "outbox";
    private static final int MAX_LETTERS = 100;

    private final KeyGate gate;
    private final boolean on;
    private final OutboxTable table;
    private final HttpHandler next;

    /**
     * @param on whether this node has an outbox
     * @param next gets all other paths
     */
    public OutboxHandler(Secret key, boolean on, OutboxTable table, HttpHandler next) {
        this.gate = new KeyGate(key);
        this.on = on;
        this.table = table;
        this.next = next;
    }

    private record View(long waiting, long oldestAgeMs, long dead, List<LetterView> deadLetters) {}

    private record LetterView(
            long id, String channel, int bytes, long createdAtMs, long refusedAtMs, String reason) {
        static LetterView of(DeadLetter letter) {
            return new LetterView(
                    letter.id(),
                    letter.channel(),
                    letter.bytes(),
                    letter.createdAt().toEpochMilli(),
                    letter.refusedAt().toEpochMilli(),
                    letter.reason());
        }
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.getRequestPath().equals(PATH)) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange) && JsonResponse.reads(exchange)) {
            if (on) {
                exchange.dispatch(Thread::startVirtualThread, this::show);
            } else {
                JsonResponse.notFound(exchange, "the outbox is off here: see outbox.enabled");
            }
        }
    }

    private void show(HttpServerExchange exchange) {
        try {
            OutboxState state = table.measure();
            List<LetterView> letters =
                    table.deadLetters(MAX_LETTERS).stream().map(LetterView::of).toList();
            JsonResponse.send(
                    exchange,
                    StatusCodes.OK,
                    new View(state.waiting(), state.oldestAgeMs(), state.dead(), letters));
        } catch (DatabaseUnavailableException e) {
            JsonResponse.fail(
                    exchange, StatusCodes.SERVICE_UNAVAILABLE, "PostgreSQL does not answer");
        }
    }
}
