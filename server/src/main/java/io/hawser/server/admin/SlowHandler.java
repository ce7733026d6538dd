package io.hawser.server.admin;

import io.hawser.server.http.Json;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.session.SlowConsumer;
import io.hawser.server.session.SlowConsumers;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET /admin/v1/slow?limit=100}: this node's clients that read more slowly than messages
 * come for them. Asks the I/O threads and does not wait for them; thread-safe.
 */
public final class SlowHandler implements HttpHandler {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Source source;

    /** Where the list comes from. */
    @FunctionalInterface
    public interface Source {
        /** At most {@code limit} of them, at the latest a moment after the timeout. */
        CompletionStage<SlowConsumers> slow(int limit, Duration timeout);
    }

    public SlowHandler(Source source) {
        this.source = source;
    }

    private record View(
            String client,
            String user,
            String address,
            long sinceMs,
            long bytes,
            long dropped,
            List<String> policies) {
        static View of(SlowConsumer slow) {
            return new View(
                    slow.client(),
                    slow.user(),
                    slow.address(),
                    slow.sinceMs(),
                    slow.bytes(),
                    slow.dropped(),
                    slow.policies().stream().map(Json::lowerCase).toList());
        }
    }

    private record Views(List<View> clients, int threadsMissing) {
        static Views of(SlowConsumers slow) {
            return new Views(slow.clients().stream().map(View::of).toList(), slow.threadsMissing());
        }
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!JsonResponse.reads(exchange)) {
            return;
        }
        int limit = limit(exchange.getQueryParameters().get("limit"));
        if (limit == 0) {
            JsonResponse.fail(exchange, StatusCodes.BAD_REQUEST, "limit must be 1 to " + MAX_LIMIT);
            return;
        }
        exchange.dispatch(
                SameThreadExecutor.INSTANCE,
                () ->
                        source.slow(limit, TIMEOUT)
                                .whenComplete((found, failure) -> answer(exchange, found)));
    }

    private static void answer(HttpServerExchange exchange, @Nullable SlowConsumers found) {
        if (found == null) {
            JsonResponse.fail(exchange, StatusCodes.INTERNAL_SERVER_ERROR, "it cannot be told");
        } else {
            JsonResponse.send(exchange, StatusCodes.OK, Views.of(found));
        }
    }

    /** 0 if it is no number within the bounds. */
    private static int limit(@Nullable Deque<String> given) {
        if (given == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(given.getFirst());
            return limit > 0 && limit <= MAX_LIMIT ? limit : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
