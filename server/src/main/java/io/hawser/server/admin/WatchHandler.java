package io.hawser.server.admin;

import io.hawser.grid.pubsub.ChannelPattern;
import io.hawser.grid.pubsub.Watch;
import io.hawser.grid.pubsub.WatchEvent;
import io.hawser.grid.pubsub.WatchLimits;
import io.hawser.server.api.WatchedPublication;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.hawser.server.http.Query;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * {@code GET /admin/v1/channels/watch?pattern=news:*}: what is published to all channels that
 * match, on whichever node, as Server-Sent Events {@code publication}. {@code missed} says that the
 * reader was too slow for so many, {@code incomplete} that something may be missing from now on,
 * {@code complete} that nothing is from now on. A comment comes when there was nothing for a while.
 * A virtual thread a reader; thread-safe.
 */
public final class WatchHandler implements HttpHandler {
    /** Readers at once, of one node: each gets all that matches. */
    static final int MAX_READERS = 16;

    static final String PATH = AdminHandler.PREFIX + "channels/watch";

    private static final int MAX_PATTERN = 1_000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final KeyGate gate;
    private final Source source;
    private final Duration heartbeat;
    private final HttpHandler next;
    private final Semaphore readers = new Semaphore(MAX_READERS);

    /** Where publications come from; {@code io.hawser.grid.pubsub.Broker#watch} is one. */
    @FunctionalInterface
    public interface Source {
        Watch watch(ChannelPattern pattern, WatchLimits limits);
    }

    /**
     * @param next gets all other paths
     */
    public WatchHandler(Secret key, Source source, HttpHandler next) {
        this(key, source, HEARTBEAT, next);
    }

    WatchHandler(Secret key, Source source, Duration heartbeat, HttpHandler next) {
        this.gate = new KeyGate(key);
        this.source = source;
        this.heartbeat = heartbeat;
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.getRequestPath().equals(PATH)) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange)) {
            admitted(exchange);
        }
    }

    private void admitted(HttpServerExchange exchange) {
        String pattern = Query.text(exchange, "pattern");
        if (!exchange.getRequestMethod().equals(Methods.GET)) {
            JsonResponse.methodNotAllowed(exchange, "GET");
        } else if (pattern.isEmpty() || pattern.length() > MAX_PATTERN) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "pattern is missing or longer than "
                            + MAX_PATTERN
                            + " characters; * stands for any characters, ? for one, as in news:*");
        } else if (!readers.tryAcquire()) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.SERVICE_UNAVAILABLE,
                    MAX_READERS + " readers watch channels here already: try another node");
        } else {
            EventStream.serve(exchange, readers, out -> stream(new ChannelPattern(pattern), out));
        }
    }

    private void stream(ChannelPattern pattern, EventStream out)
            throws IOException, InterruptedException {
        try (Watch watch = source.watch(pattern, WatchLimits.DEFAULT)) {
            follow(watch, out);
        }
    }

    /** Until the reader goes, or is so slow that the other side seems to have gone. */
    private void follow(Watch watch, EventStream out) throws IOException, InterruptedException {
        out.comment("publications of channels");
        out.flush();
        while (true) {
            WatchEvent event = watch.next(heartbeat);
            if (event == null) {
                out.comment("");
            }
            while (event != null) {
                write(event, out);
                event = watch.next(Duration.ZERO);
            }
            out.flush();
        }
    }

    private static void write(WatchEvent event, EventStream out) throws IOException {
        switch (event) {
            case WatchEvent.Published published ->
                    out.event("publication", WatchedPublication.of(published));
            case WatchEvent.Missed missed -> out.event("missed", Map.of("count", missed.count()));
            case WatchEvent.Incomplete incomplete ->
                    out.event("incomplete", Map.of("why", incomplete.why()));
            case WatchEvent.Complete _ -> out.event("complete", Map.of());
        }
    }
}
