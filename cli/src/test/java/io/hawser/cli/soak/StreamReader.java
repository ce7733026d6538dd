package io.hawser.cli.soak;

import io.hawser.cli.cluster.TestNode;
import io.hawser.grid.pubsub.StreamPosition;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what channels have stored, by the server API of a node. Thread-safe. */
final class StreamReader implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ALL = 10_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String apiKey;

    StreamReader(String apiKey) {
        this.apiKey = apiKey;
    }

    /**
     * Where each stream ends, as that node sees it.
     *
     * @throws UncheckedIOException if the node does not say
     */
    Map<String, StreamPosition> ends(TestNode node, List<String> channels) {
        Map<String, StreamPosition> ends = new HashMap<>();
        for (String channel : channels) {
            JsonNode result = history(node, channel, 0);
            ends.put(channel, position(result));
        }
        return ends;
    }

    /**
     * All that the stream has.
     *
     * @throws UncheckedIOException if the node does not say
     */
    StoredStream read(TestNode node, String channel) {
        JsonNode result = history(node, channel, ALL);
        List<Message> messages = new ArrayList<>();
        for (JsonNode publication : result.path("publications")) {
            messages.add(
                    new Message(
                            publication.path("offset").asLong(0),
                            publication.path("data").path("n").asLong(0)));
        }
        return new StoredStream(position(result), messages);
    }

    private static StreamPosition position(JsonNode result) {
        return new StreamPosition(
                result.path("offset").asLong(0), result.path("epoch").asString(""));
    }

    private JsonNode history(TestNode node, String channel, int limit) {
        String body = "{\"channel\":\"%s\",\"limit\":%d}".formatted(channel, limit);
        HttpRequest request =
                HttpRequest.newBuilder(node.admin("/api/history"))
                        .header("X-API-Key", apiKey)
                        .timeout(Duration.ofSeconds(10))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            JsonNode result = JSON.readTree(answer).path("result");
            if (!result.has("epoch")) {
                throw new IOException(node + " does not tell the history: " + answer);
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
