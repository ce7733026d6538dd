package io.hawser.cli.soak;

import io.hawser.cli.cluster.TestNode;
import io.hawser.grid.pubsub.StreamPosition;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Publishers that together offer a steady rate to some channels, each channel by one of them and
 * with one message under way. One half of the channels insists: a message is sent again, under its
 * idempotency key and through whichever node, until it is acknowledged. In the other half each is
 * sent once, so that what is not acknowledged may be stored or not. Thread-safe.
 */
final class SoakLoad implements AutoCloseable {
    static final String OFFERED = "publishes sent";
    static final String ACKNOWLEDGED = "publishes acknowledged";
    static final String UNKNOWN = "publishes without an answer";
    static final String FAILED = "publishes answered by an error";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int PUBLISHERS = 10;
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MAX_BEHIND_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Errors of the server API that say nothing but that it did not work now. */
    private static final int INTERNAL = 100;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Publishes> logs = new LinkedHashMap<>();
    private final List<TestNode> nodes;
    private final String apiKey;
    private final Findings findings;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private SoakLoad(
            List<String> channels, List<TestNode> nodes, String apiKey, Findings findings) {
        this.nodes = nodes;
        this.apiKey = apiKey;
        this.findings = findings;
        channels.forEach(channel -> logs.put(channel, new Publishes()));
    }

    /** Starts to publish, ten messages a second in each channel. */
    static SoakLoad start(
            List<String> channels, List<TestNode> nodes, String apiKey, Findings findings) {
        var load = new SoakLoad(channels, nodes, apiKey, findings);
        for (int i = 0; i < PUBLISHERS; i++) {
            int number = i;
            List<Line> lines =
                    IntStream.range(0, channels.size())
                            .filter(channel -> channel % PUBLISHERS == number)
                            .mapToObj(channel -> load.line(channels.get(channel), channel))
                            .toList();
            load.threads.add(
                    Thread.ofPlatform()
                            .name("soak-publisher-" + i)
                            .start(() -> load.run(lines, number)));
        }
        return load;
    }

    /** One channel of a publisher; for its thread. */
    private static final class Line {
        private final String channel;
        private final Publishes log;
        private final boolean insists;
        private long number;
        private boolean isDone = true;

        Line(String channel, Publishes log, boolean insists) {
            this.channel = channel;
            this.log = log;
            this.insists = insists;
        }

        String next() {
            if (isDone) {
                number = log.send();
                isDone = false;
            }
            String key = insists ? ",\"idempotency_key\":\"%d\"".formatted(number) : "";
            return "{\"channel\":\"%s\",\"data\":{\"n\":%d}%s}".formatted(channel, number, key);
        }
    }

    private Line line(String channel, int number) {
        Publishes log = logs.computeIfAbsent(channel, _ -> new Publishes());
        return new Line(channel, log, (number / PUBLISHERS) % 2 == 0);
    }

    private void run(List<Line> lines, int first) {
        int node = first;
        long dueNanos = System.nanoTime();
        while (!stopped) {
            if (!publish(lines, nodes.get(node % nodes.size()))) {
                node++;
            }
            dueNanos = Math.max(dueNanos + ROUND_NANOS, System.nanoTime() - MAX_BEHIND_NANOS);
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
    }

    /** One message of each line; whether the node acknowledged any. */
    private boolean publish(List<Line> lines, TestNode node) {
        var body = new StringBuilder();
        lines.forEach(line -> body.append(line.next()).append('\n'));
        findings.count(OFFERED, lines.size());
        List<String> answers = ask(node, body.toString());
        boolean acknowledged = false;
        for (int i = 0; i < lines.size(); i++) {
            acknowledged |= answered(lines.get(i), i < answers.size() ? answers.get(i) : "");
        }
        return acknowledged;
    }

    private List<String> ask(TestNode node, String body) {
        HttpRequest request =
                HttpRequest.newBuilder(node.admin("/api/publish_bulk"))
                        .header("X-API-Key", apiKey)
                        .header("Content-Type", "application/x-ndjson")
                        .timeout(TIMEOUT)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body().lines().toList();
        } catch (IOException nobodyKnows) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private boolean answered(Line line, String answer) {
        JsonNode result = read(answer).path("result");
        boolean acknowledged = result.has("offset") && result.has("epoch");
        if (acknowledged) {
            var position =
                    new StreamPosition(
                            result.path("offset").asLong(), result.path("epoch").asString());
            line.log.acknowledged(line.number, position);
            findings.count(ACKNOWLEDGED);
        } else {
            notAcknowledged(line, answer);
        }
        line.isDone = acknowledged || !line.insists;
        return acknowledged;
    }

    /** A cut-off answer is as good as none. */
    private static JsonNode read(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    private void notAcknowledged(Line line, String answer) {
        int code = read(answer).path("error").path("code").asInt(0);
        findings.count(code == 0 ? UNKNOWN : FAILED);
        if (code != 0 && code != INTERNAL) {
            findings.violated(
                    Findings.Violation.REFUSED, "the publisher of " + line.channel, answer);
        }
    }

    Publishes log(String channel) {
        Publishes log = logs.get(channel);
        if (log == null) {
            throw new IllegalArgumentException("not published to: " + channel);
        }
        return log;
    }

    /** Ends it, after what is under way. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.forEach(Thread::interrupt);
        http.shutdownNow();
    }
}
