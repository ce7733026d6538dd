package io.hawser.server.hook;

import io.hawser.server.hook.HookOutcomes.Outcome;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Tells a web address of events: {@code POST} with a JSON body, the event's name in {@code
 * X-Hawser-Event}, a signature (see {@link Signature}) and an id that stays the same over all
 * attempts in {@code X-Hawser-Delivery}. Any 2xx is taken for received. 408, 429 and 5xx, no answer
 * and no connection are tried again; any other answer is not.
 *
 * <p>Events go one after the other, so one that is tried again holds up those behind it; beyond the
 * bound new ones are dropped. Thread-safe; {@link #send} never blocks.
 */
public final class Webhook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhook.class);

    /** Of the wait before another attempt, so that several nodes do not come at once. */
    private static final double JITTER = 0.2;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    private final WebhookSettings settings;
    private final InstantSource clock;
    private final HttpClient http;
    private final HookLine<Event> line;
    private final HookOutcomes outcomes = new HookOutcomes();

    private record Event(String name, String id, String body) {}

    /** What became of one attempt. */
    private enum Attempt {
        TAKEN,
        AGAIN,
        REFUSED
    }

    public Webhook(WebhookSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(task -> Thread.ofVirtual().name("webhook-http").start(task))
                        .build();
        this.line = new HookLine<>("webhook", settings.queue(), this::deliver);
    }

    /**
     * Sends an event some time from now.
     *
     * @param id the same for the same event, so that a receiver can tell a repetition
     * @param json the body
     */
    public void send(String name, String id, String json) {
        if (!line.offer(new Event(name, id, json))) {
            outcomes.add(Outcome.DROPPED);
            log.warn(
                    "webhook {}: event {} is dropped, {} are waiting already",
                    settings,
                    name,
                    settings.queue());
        }
    }

    /** How the events sent so far have ended. */
    public HookOutcomes outcomes() {
        return outcomes;
    }

    private void deliver(Event event) throws InterruptedException {
        for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
            if (attempt > 1) {
                double jitter = 1 + JITTER * ThreadLocalRandom.current().nextDouble(-1, 1);
                TimeUnit.MILLISECONDS.sleep((long) (settings.backoffMs(attempt) * jitter));
            }
            switch (attempt(event, attempt)) {
                case TAKEN -> {
                    outcomes.add(Outcome.DONE);
                    return;
                }
                case REFUSED -> {
                    outcomes.add(Outcome.FAILED);
                    return;
                }
                case AGAIN -> {}
            }
        }
        outcomes.add(Outcome.FAILED);
        log.error(
                "webhook {}: event {} is given up after {} attempts",
                settings,
                event.name(),
                settings.attempts());
    }

    private Attempt attempt(Event event, int attempt) throws InterruptedException {
        try {
            int status = http.send(request(event), BodyHandlers.discarding()).statusCode();
            if (status / 100 == 2) {
                return Attempt.TAKEN;
            }
            log.warn(
                    "webhook {}: event {}, attempt {}: status {}",
                    settings,
                    event.name(),
                    attempt,
                    status);
            return isTemporary(status) ? Attempt.AGAIN : Attempt.REFUSED;
        } catch (IOException e) {
            log.warn(
                    "webhook {}: event {}, attempt {}: {}",
                    settings,
                    event.name(),
                    attempt,
                    e.toString());
            return Attempt.AGAIN;
        }
    }

    private static boolean isTemporary(int status) {
        return status >= 500 || status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS;
    }

    private HttpRequest request(Event event) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(settings.url())
                        .timeout(settings.timeout())
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "hawser")
                        .header("X-Hawser-Event", event.name())
                        .header("X-Hawser-Delivery", event.id())
                        .POST(BodyPublishers.ofString(event.body()));
        if (!settings.secret().isEmpty()) {
            long seconds = clock.instant().getEpochSecond();
            request.header(
                    Signature.HEADER, Signature.of(settings.secret(), seconds, event.body()));
        }
        return request.build();
    }

    /** Gives up what is under way and what waits. */
    @Override
    public void close() {
        line.close();
        int left = line.size();
        if (left > 0) {
            log.warn("webhook {}: stopping, {} events are not sent", settings, left);
        }
        http.shutdownNow();
    }
}
