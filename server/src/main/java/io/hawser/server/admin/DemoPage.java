package io.hawser.server.admin;

import io.hawser.server.http.JsonResponse;
import io.hawser.server.security.TokenIssuer;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.resource.ClassPathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * The demo's page, from the class path, and {@code /demo.json} with what it needs to connect: a
 * token for a visitor and the channels to watch. Whoever opens the page gets in; for the demo only.
 * Files are read on virtual threads. Thread-safe.
 */
public final class DemoPage implements HttpHandler {
    private static final String RESOURCES = "io/hawser/server/page";
    private static final Duration TOKEN_LIFE = Duration.ofHours(24);

    private final HttpHandler files;
    private final @Nullable TokenIssuer tokens;
    private final List<String> channels;
    private final InstantSource clock;

    /**
     * @param tokens null if no secret is configured: the page then connects without a token
     * @param channels what the page subscribes to
     */
    public DemoPage(@Nullable TokenIssuer tokens, List<String> channels, InstantSource clock) {
        this.tokens = tokens;
        this.channels = List.copyOf(channels);
        this.clock = clock;
        this.files =
                new ResourceHandler(
                                new ClassPathResourceManager(
                                        DemoPage.class.getClassLoader(), RESOURCES),
                                exchange -> JsonResponse.notFound(exchange, "no such page"))
                        .setDirectoryListingEnabled(false)
                        .setWelcomeFiles("index.html");
    }

    private record Start(String token, List<String> channels) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!JsonResponse.reads(exchange)) {
            return;
        }
        if (exchange.getRequestPath().equals("/demo.json")) {
            JsonResponse.send(exchange, StatusCodes.OK, new Start(token(), channels));
        } else {
            exchange.getResponseHeaders()
                    // A new version of the page shows at once; unchanged files are answered with
                    // 304.
                    .put(Headers.CACHE_CONTROL, "no-cache")
                    .put(JsonResponse.CONTENT_TYPE_OPTIONS, "nosniff");
            exchange.dispatch(Thread::startVirtualThread, files);
        }
    }

    private String token() {
        if (tokens == null) {
            return "";
        }
        String visitor = "visitor-" + UUID.randomUUID().toString().substring(0, 8);
        var now = clock.instant();
        return tokens.connection(visitor, now).expiresAt(now.plus(TOKEN_LIFE)).sign();
    }
}
