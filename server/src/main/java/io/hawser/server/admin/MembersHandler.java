package io.hawser.server.admin;

import com.fasterxml.jackson.annotation.JsonRawValue;

import io.hawser.grid.presence.MemberPage;
import io.hawser.server.api.ApiResult.ClientView;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * {@code GET /admin/v1/presence?channel=news&limit=100&cursor=}: who is in a channel, page by page,
 * however many there are. The cursor is the client id behind which the page begins, as the page
 * before told in {@code next}; the last page has none. Runs on I/O threads and waits for nothing
 * there; thread-safe.
 */
public final class MembersHandler implements HttpHandler {
    private static final String PATH = AdminHandler.PREFIX + "presence";
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    /** Longer is no client id. */
    private static final int MAX_CURSOR = 255;

    private final KeyGate gate;
    private final Function<String, Kept> kept;
    private final Pages pages;
    private final HttpHandler next;

    /** What there is to tell of a channel. */
    public enum Kept {
        /** Its members. */
        MEMBERS,
        /** Nothing: its namespace keeps no presence. */
        NOTHING,
        /** Nothing: there is no such namespace. */
        NO_NAMESPACE
    }

    /** Where the members come from; {@code io.hawser.grid.presence.Presence#page} is one. */
    @FunctionalInterface
    public interface Pages {
        /** Must not block. */
        CompletionStage<MemberPage> page(String channel, String after, int limit);
    }

    /**
     * @param kept what is known of a channel; must not block
     * @param next gets all other paths
     */
    public MembersHandler(Secret key, Function<String, Kept> kept, Pages pages, HttpHandler next) {
        this.gate = new KeyGate(key);
        this.kept = kept;
        this.pages = pages;
        this.next = next;
    }

    private record View(
            String channel,
            int numClients,
            int numUsers,
            List<MemberView> members,
            @Nullable String next,
            List<String> nodesMissing) {
        static View of(String channel, MemberPage page) {
            return new View(
                    channel,
                    page.stats().clients(),
                    page.stats().users(),
                    page.members().stream().map(MemberView::of).toList(),
                    page.next(),
                    page.missing());
        }
    }

    private record MemberView(
            String client,
            String user,
            String node,
            @JsonRawValue @Nullable String connInfo,
            @JsonRawValue @Nullable String chanInfo) {
        static MemberView of(MemberPage.Located located) {
            ClientView view = ClientView.of(located.info());
            return new MemberView(
                    view.client(), view.user(), located.node(), view.connInfo(), view.chanInfo());
        }
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.getRequestPath().equals(PATH)) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange) && JsonResponse.reads(exchange)) {
            show(exchange);
        }
    }

    private void show(HttpServerExchange exchange) {
        String channel = parameter(exchange, "channel");
        String cursor = parameter(exchange, "cursor");
        int limit = limit(parameter(exchange, "limit"));
        if (channel.isEmpty()) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "channel must be the name of a channel: /admin/v1/presence?channel=news");
        } else if (limit == 0) {
            JsonResponse.fail(exchange, StatusCodes.BAD_REQUEST, "limit must be 1 to " + MAX_LIMIT);
        } else if (cursor.length() > MAX_CURSOR) {
            JsonResponse.fail(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "cursor must be what the page before has told in next");
        } else {
            show(exchange, channel, cursor, limit);
        }
    }

    private void show(HttpServerExchange exchange, String channel, String cursor, int limit) {
        switch (kept.apply(channel)) {
            case MEMBERS ->
                    exchange.dispatch(
                            SameThreadExecutor.INSTANCE,
                            () ->
                                    pages.page(channel, cursor, limit)
                                            .whenComplete(
                                                    (page, failure) ->
                                                            answer(exchange, channel, page)));
            case NOTHING ->
                    JsonResponse.fail(
                            exchange,
                            StatusCodes.CONFLICT,
                            "channel " + channel + " keeps no presence: set it in its namespace");
            case NO_NAMESPACE ->
                    JsonResponse.notFound(
                            exchange, "the namespace of channel " + channel + " is not configured");
        }
    }

    private static void answer(
            HttpServerExchange exchange, String channel, @Nullable MemberPage page) {
        if (page == null) {
            JsonResponse.fail(
                    exchange, StatusCodes.SERVICE_UNAVAILABLE, "the grid does not answer");
        } else {
            JsonResponse.send(exchange, StatusCodes.OK, View.of(channel, page));
        }
    }

    /** Empty if it is not given. */
    private static String parameter(HttpServerExchange exchange, String name) {
        Deque<String> given = exchange.getQueryParameters().get(name);
        return given == null ? "" : given.getFirst();
    }

    /** 0 if it is no number within the bounds. */
    private static int limit(String given) {
        if (given.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(given);
            return limit > 0 && limit <= MAX_LIMIT ? limit : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
