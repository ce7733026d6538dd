package io.hawser.server.admin;

import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code GET /admin/v1/delivery/{user}}: how far the user is behind in each channel, and in its
 * queue. Asks on a virtual thread; thread-safe.
 */
public final class DeliveryHandler implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(DeliveryHandler.class);
    private static final String PATH = AdminHandler.PREFIX + "delivery/";
    private static final long LIMIT_MS = 5_000;

    private final KeyGate gate;
    private final boolean on;
    private final UserLag lag;
    private final HttpHandler next;

    /**
     * @param on whether anything is acknowledged here
     * @param next gets all other paths
     */
    public DeliveryHandler(Secret key, boolean on, UserLag lag, HttpHandler next) {
        this.gate = new KeyGate(key);
        this.on = on;
        this.lag = lag;
        this.next = next;
    }

    private record Answer(String user, List<UserLag.View> positions) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String raw = exchange.getRequestURI();
        if (!raw.startsWith(PATH) || raw.length() == PATH.length()) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange) && JsonResponse.reads(exchange)) {
            if (on) {
                exchange.dispatch(Thread::startVirtualThread, this::show);
            } else {
                JsonResponse.notFound(
                        exchange,
                        "nothing is acknowledged here: no namespace has ack: subscriber, and"
                                + " delivery.queue_limit is 0");
            }
        }
    }

    private void show(HttpServerExchange exchange) throws InterruptedException {
        String user;
        try {
            // Undertow leaves a slash encoded.
            String raw = exchange.getRequestURI().substring(PATH.length()).replace("+", "%2B");
            user = URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            JsonResponse.fail(
                    exchange, StatusCodes.BAD_REQUEST, "the user is not percent-encoded UTF-8");
            return;
        }
        try {
            List<UserLag.View> views =
                    lag.of(user).toCompletableFuture().get(LIMIT_MS, TimeUnit.MILLISECONDS);
            JsonResponse.send(exchange, StatusCodes.OK, new Answer(user, views));
        } catch (ExecutionException | TimeoutException e) {
            log.info("positions of a user could not be read: {}", e.toString());
            JsonResponse.fail(
                    exchange,
                    StatusCodes.SERVICE_UNAVAILABLE,
                    "the store does not answer, or has too much to do; try again");
        }
    }
}
