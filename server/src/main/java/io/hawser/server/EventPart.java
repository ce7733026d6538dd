package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.cluster.Answer;
import io.hawser.grid.event.EventJson;
import io.hawser.grid.event.EventTypes;
import io.hawser.grid.event.GridEvent;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.admin.WebhooksHandler;
import io.hawser.server.config.EventWebhookConfig;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.hook.HookOutcomes;
import io.hawser.server.hook.Letter;
import io.hawser.server.hook.Mark;
import io.hawser.server.hook.MarkJson;
import io.hawser.server.hook.Post;
import io.hawser.server.hook.Spool;
import io.hawser.server.hook.WebhookSettings;
import io.hawser.server.http.Json;
import io.hawser.server.metrics.EventMetrics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The webhook for events on this node: every event is laid down, the coordinator sends; a node that
 * hears no majority, and so no coordinator, sends what it has told itself. What comes of it goes to
 * all nodes by the control channel. Thread-safe.
 */
final class EventPart implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventPart.class);

    /** What other nodes are asked: which of these letters are settled. */
    private static final String SETTLED = "hawser.webhooks.settled";

    private static final Duration ASK_TIMEOUT = Duration.ofMillis(500);

    /** How often a node that does not send asks whether it has missed something. */
    private static final long ASK_MS = 30_000;

    private static final int MAX_ASKED = 1_000;

    /** A receiver and Redis may be lost together: a mark waits a minute for Redis. */
    private static final int ATTEMPTS = 60;

    private static final long PAUSE_MS = 1_000;
    private static final int MAX_MARKS = 10_000;

    private final Grid grid;
    private final EventTypes types;
    private final @Nullable Post post;
    private final Closeable claim;
    private final BlockingQueue<Mark> marks = new ArrayBlockingQueue<>(MAX_MARKS);
    private final Thread marking =
            Thread.ofVirtual().name("webhook-marks").unstarted(this::applyMarks);
    private final Thread asking = Thread.ofVirtual().name("webhook-ask").unstarted(this::ask);
    private volatile boolean closed;

    private EventPart(HawserConfig config, Grid grid) throws StartException {
        EventWebhookConfig webhook = config.events().webhook();
        this.grid = grid;
        this.types = new EventTypes(webhook.types());
        if (webhook.url().isEmpty()) {
            this.post = null;
            this.claim = () -> {};
            return;
        }
        Path directory = StateDirectory.of(config.node()).resolve("webhooks");
        try {
            this.claim = StateDirectory.claim(directory);
            this.post = post(webhook, directory);
        } catch (IOException e) {
            throw new StartException(
                    "events cannot be kept in %s (%s): make it writable, or set node.state_dir"
                            .formatted(directory.toAbsolutePath(), e.getMessage()),
                    e);
        }
    }

    private Post post(EventWebhookConfig webhook, Path directory) throws IOException {
        long bytes = webhook.queueSize().bytes();
        return new Post(
                new WebhookSettings(
                        URI.create(webhook.url().reveal()),
                        webhook.secret().reveal(),
                        webhook.timeout(),
                        webhook.attempts(),
                        webhook.backoff(),
                        webhook.queue()),
                Spool.open(directory.resolve("queue"), webhook.queue(), bytes),
                Spool.open(directory.resolve("dead"), webhook.deadLetters(), bytes),
                new Post.Turn(this::isMine, mark -> tell(mark, ATTEMPTS)),
                InstantSource.system());
    }

    /**
     * Begins, if there is a webhook.
     *
     * @throws StartException if the state directory cannot be used
     */
    static EventPart start(HawserConfig config, Grid grid, ControlChannel control)
            throws StartException {
        var part = new EventPart(config, grid);
        Post post = part.post;
        if (post != null) {
            control.marksTo(part::heard);
            grid.survey().handle(SETTLED, question -> settled(post, question));
            grid.survey()
                    .handle(
                            WebhooksHandler.TOPIC,
                            question -> WebhooksHandler.answer(post, question));
            grid.events().listen(event -> part.lay(post, event));
            part.marking.start();
            part.asking.start();
        }
        return part;
    }

    private void lay(Post to, GridEvent event) {
        if (types.admit(event.what())) {
            to.add(event.id(), event.what().type(), EventJson.write(event));
        }
    }

    private boolean isMine(Letter letter) {
        return grid.nodes().isCoordinator()
                || (!grid.heartbeats().majority() && isOwn(letter.body()));
    }

    private boolean isOwn(String event) {
        return EventJson.read(Payload.of(event))
                .filter(read -> read.by().equals(grid.nodes().localId()))
                .isPresent();
    }

    // Marks

    /** On a broker's thread: the disk is another's business. */
    private void heard(Mark mark) {
        if (!marks.offer(mark)) {
            log.warn("a webhook's mark is dropped: the disk is too slow");
        }
    }

    private void applyMarks() {
        Post mine = post;
        if (mine == null) {
            return;
        }
        try {
            while (true) {
                applySafely(mine, marks.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private static void applySafely(Post mine, Mark mark) {
        try {
            mine.apply(mark);
        } catch (RuntimeException e) {
            log.error("a webhook's mark could not be applied", e);
        }
    }

    private void tell(Mark mark, int attempts) {
        var _ =
                grid.broker()
                        .sendControl(MarkJson.write(mark))
                        .whenComplete(
                                (sent, failure) -> {
                                    if (failure != null) {
                                        again(mark, attempts - 1, failure);
                                    }
                                });
    }

    private void again(Mark mark, int attempts, Throwable failure) {
        if (attempts == 0 || closed) {
            log.warn("the other nodes were not told what came of a webhook", failure);
            return;
        }
        CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS)
                .execute(() -> tell(mark, attempts));
    }

    // What was missed

    private record Ids(List<String> ids) {}

    private static Payload settled(Post post, Payload question) {
        List<String> asked = Json.decode(question, Ids.class).ids();
        return Payload.of(Json.encode(new Ids(post.settled(asked))));
    }

    /**
     * First of all, so that a node which comes back does not send what others have sent; then now
     * and then, as a mark may be lost.
     */
    private void ask() {
        Post mine = post;
        if (mine == null) {
            return;
        }
        askSafely(mine);
        mine.start();
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(ASK_MS);
                askSafely(mine);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void askSafely(Post mine) {
        try {
            List<String> ids = mine.waitingIds().stream().limit(MAX_ASKED).toList();
            if (!ids.isEmpty() && grid.nodes().live().size() > 1) {
                ask(mine, Payload.of(Json.encode(new Ids(ids))));
            }
        } catch (RuntimeException e) {
            log.warn("the other nodes do not say which webhooks they have sent", e);
        }
    }

    private void ask(Post mine, Payload question) {
        List<Answer> answers =
                grid.survey().ask(SETTLED, question, ASK_TIMEOUT).toCompletableFuture().join();
        for (Answer answer : answers) {
            if (answer instanceof Answer.Given given) {
                Json.decode(given.data(), Ids.class)
                        .ids()
                        .forEach(id -> mine.apply(new Mark.Sent(id)));
            }
        }
    }

    // For people

    /** What the admin API needs; null without a webhook. */
    WebhooksHandler.@Nullable Office office() {
        Post mine = post;
        return mine == null
                ? null
                : new WebhooksHandler.Office(
                        mine,
                        grid.survey()::ask,
                        mark -> grid.broker().sendControl(MarkJson.write(mark)));
    }

    /** For Prometheus; null without a webhook. */
    @Nullable EventMetrics metrics() {
        Post mine = post;
        if (mine == null) {
            return null;
        }
        Map<String, LongSupplier> outcomes = new HashMap<>();
        for (HookOutcomes.Outcome each : HookOutcomes.Outcome.values()) {
            outcomes.put(Json.lowerCase(each), () -> mine.outcomes().count(each));
        }
        return new EventMetrics(outcomes, mine::waiting, mine::dead);
    }

    @Override
    public void close() {
        closed = true;
        asking.interrupt();
        marking.interrupt();
        if (post != null) {
            post.close();
        }
        try {
            claim.close();
        } catch (IOException e) {
            log.debug("the state directory is given back by the end of the process", e);
        }
    }
}
