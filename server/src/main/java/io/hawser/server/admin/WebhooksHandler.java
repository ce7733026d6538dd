package io.hawser.server.admin;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.api.NodeSurvey;
import io.hawser.server.binding.Secret;
import io.hawser.server.hook.HookOutcomes.Outcome;
import io.hawser.server.hook.Letter;
import io.hawser.server.hook.Mark;
import io.hawser.server.hook.Post;
import io.hawser.server.http.Json;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.KeyGate;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The webhook for events: {@code GET /admin/v1/webhooks} tells this node's figures, {@code GET
 * /admin/v1/webhooks/dead} the newest dead letters of all nodes, {@code POST
 * /admin/v1/webhooks/dead/{id}/retry} sends one once more. Asks other nodes on a virtual thread;
 * thread-safe.
 */
public final class WebhooksHandler implements HttpHandler {
    /** What the nodes are asked: a dead letter by its id, or the newest ones. */
    public static final String TOPIC = "hawser.webhooks.dead";

    private static final Logger log = LoggerFactory.getLogger(WebhooksHandler.class);
    private static final String PATH = AdminHandler.PREFIX + "webhooks";
    private static final String DEAD = PATH + "/dead";
    private static final Pattern RETRY = Pattern.compile(DEAD + "/([^/]{1,200})/retry");
    private static final int MAX_LETTERS = 100;
    private static final Duration ASK_TIMEOUT = Duration.ofMillis(500);
    private static final long SEND_TIMEOUT_MS = 5_000;

    private final KeyGate gate;
    private final @Nullable Office office;
    private final HttpHandler next;

    /**
     * A node's webhook.
     *
     * @param post this node's letters
     * @param nodes asks all nodes
     * @param tell sends to all nodes, this one included
     */
    public record Office(
            Post post, NodeSurvey nodes, Function<Mark, ? extends CompletionStage<?>> tell) {}

    /**
     * @param office null if there is no webhook
     * @param next gets all other paths
     */
    public WebhooksHandler(Secret key, @Nullable Office office, HttpHandler next) {
        this.gate = new KeyGate(key);
        this.office = office;
        this.next = next;
    }

    private record Figures(int waiting, int dead, long sent, long failed, long dropped) {}

    private record Letters(List<Letter> deadLetters, List<String> nodesMissing) {}

    private record Retried(String id, String event) {}

    /** This node's answer to {@link #TOPIC}. */
    public static Payload answer(Post post, Payload id) {
        List<Letter> letters;
        if (id.isEmpty()) {
            List<Letter> all = post.deadLetters();
            letters = all.subList(Math.max(0, all.size() - MAX_LETTERS), all.size());
        } else {
            Letter letter = post.deadLetter(id.toString());
            letters = letter == null ? List.of() : List.of(letter);
        }
        return Payload.of(Json.encode(new Letters(letters, List.of())));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        if (!path.equals(PATH) && !path.startsWith(PATH + "/")) {
            next.handleRequest(exchange);
        } else if (gate.admits(exchange)) {
            Office here = office;
            if (here == null) {
                JsonResponse.notFound(exchange, "there is no webhook here: see events.webhook.url");
            } else {
                exchange.dispatch(Thread::startVirtualThread, each -> serve(each, here, path));
            }
        }
    }

    private static void serve(HttpServerExchange exchange, Office office, String path) {
        Matcher retry = RETRY.matcher(path);
        if (retry.matches()) {
            if (exchange.getRequestMethod().equals(Methods.POST)) {
                retry(exchange, office, retry.group(1));
            } else {
                JsonResponse.methodNotAllowed(exchange, "POST");
            }
        } else if (path.equals(PATH)) {
            if (JsonResponse.reads(exchange)) {
                JsonResponse.send(exchange, StatusCodes.OK, figures(office.post()));
            }
        } else if (path.equals(DEAD)) {
            if (JsonResponse.reads(exchange)) {
                list(exchange, office);
            }
        } else {
            JsonResponse.notFound(
                    exchange,
                    "no such path here; there are webhooks, webhooks/dead,"
                            + " webhooks/dead/{id}/retry");
        }
    }

    private static Figures figures(Post post) {
        return new Figures(
                post.waiting(),
                post.dead(),
                post.outcomes().count(Outcome.DONE),
                post.outcomes().count(Outcome.FAILED),
                post.outcomes().count(Outcome.DROPPED));
    }

    private static void list(HttpServerExchange exchange, Office office) {
        Letters all = ask(office, Payload.EMPTY);
        if (all == null) {
            refuse(exchange);
        } else {
            JsonResponse.send(exchange, StatusCodes.OK, all);
        }
    }

    private static void refuse(HttpServerExchange exchange) {
        JsonResponse.fail(exchange, StatusCodes.SERVICE_UNAVAILABLE, "too many questions at once");
    }

    private static @Nullable Letters ask(Office office, Payload question) {
        List<Answer> answers;
        try {
            answers = office.nodes().ask(TOPIC, question, ASK_TIMEOUT).toCompletableFuture().join();
        } catch (CompletionException e) {
            return null;
        }
        Map<String, Letter> all = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (Answer answer : answers) {
            switch (answer) {
                case Answer.Given given ->
                        Json.decode(given.data(), Letters.class)
                                .deadLetters()
                                .forEach(letter -> all.put(letter.id(), letter));
                case Answer.Missing none -> missing.add(none.node().value());
            }
        }
        List<Letter> sorted =
                all.values().stream()
                        .sorted(Comparator.comparingLong(Letter::diedMs).reversed())
                        .limit(MAX_LETTERS)
                        .toList();
        return new Letters(sorted, missing);
    }

    private static void retry(HttpServerExchange exchange, Office office, String id) {
        Letters found = ask(office, Payload.of(id));
        if (found == null) {
            refuse(exchange);
        } else if (found.deadLetters().isEmpty()) {
            JsonResponse.notFound(exchange, "no dead letter of that id is known");
        } else {
            retry(exchange, office, found.deadLetters().getFirst());
        }
    }

    private static void retry(HttpServerExchange exchange, Office office, Letter letter) {
        try {
            var _ =
                    office.tell()
                            .apply(new Mark.Retry(letter))
                            .toCompletableFuture()
                            .get(SEND_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            JsonResponse.send(exchange, StatusCodes.OK, new Retried(letter.id(), letter.event()));
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the nodes cannot be told to send {} again", letter.id(), e);
            JsonResponse.fail(
                    exchange, StatusCodes.SERVICE_UNAVAILABLE, "the other nodes cannot be told");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
