package io.hawser.server.hook;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes single attempts to tell a web address of an event: {@code POST} with a JSON body, the
 * event's name in {@code X-Hawser-Event}, a signature (see {@link Signature}) and an id that stays
 * the same over all attempts in {@code X-Hawser-Delivery}. Any 2xx is taken for received. 408, 429
 * and 5xx, no answer and no connection may be tried again; any other answer may not. Thread-safe.
 */
final class WebhookSender implements AutoCloseable {
    /** Of the wait before another attempt, so that several nodes do not come at once. */
    private static final double JITTER = 0.2;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    private final WebhookSettings settings;
    private final InstantSource clock;
    private final HttpClient http;

    /** What became of one attempt. */
    enum Attempt {
        TAKEN,
        AGAIN,
        REFUSED
    }

    /**
     * @param said what the other side said, or why it said nothing
     */
    record Result(Attempt attempt, String said) {}

    WebhookSender(WebhookSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(task -> Thread.ofVirtual().name("webhook-http").start(task))
                        .build();
    }

    /** Blocks until there is an answer, or the time is over. */
    Result attempt(String name, String id, String body) throws InterruptedException {
        try {
            int status = http.send(request(name, id, body), BodyHandlers.discarding()).statusCode();
            String said = "status " + status;
            if (status / 100 == 2) {
                return new Result(Attempt.TAKEN, said);
            }
            return new Result(isTemporary(status) ? Attempt.AGAIN : Attempt.REFUSED, said);
        } catch (IOException e) {
            return new Result(Attempt.AGAIN, e.toString());
        }
    }

    private static boolean isTemporary(int status) {
        return status >= 500 || status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS;
    }

    private HttpRequest request(String name, String id, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(settings.url())
                        .timeout(settings.timeout())
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "hawser")
                        .header("X-Hawser-Event", name)
                        .header("X-Hawser-Delivery", id)
                        .POST(BodyPublishers.ofString(body));
        if (!settings.secret().isEmpty()) {
            long seconds = clock.instant().getEpochSecond();
            request.header(Signature.HEADER, Signature.of(settings.secret(), seconds, body));
        }
        return request.build();
    }

    /**
     * The wait before an attempt.
     *
     * @param attempt from 2
     */
    long pauseMs(int attempt) {
        double jitter = 1 + JITTER * ThreadLocalRandom.current().nextDouble(-1, 1);
        return (long) (settings.backoffMs(attempt) * jitter);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
