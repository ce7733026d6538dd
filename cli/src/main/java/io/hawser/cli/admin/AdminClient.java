package io.hawser.cli.admin;

import io.hawser.cli.admin.AdminException.Kind;
import io.hawser.cli.client.Unreachable;
import io.hawser.grid.pubsub.StreamPosition;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Talks to the admin port of one node. Blocks until the answer is there. Thread-safe. */
public final class AdminClient implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int UNAUTHORIZED = 101;
    private static final int UNKNOWN_CHANNEL = 102;
    private static final int PERMISSION_DENIED = 103;

    /** Of an answer that is no stream of events. */
    private static final int MAX_ERROR_BYTES = 64 << 10;

    private final HttpClient http;
    private final URI base;
    private final String apiKey;
    private final Duration timeout;

    /**
     * @param base {@code http:} or {@code https:} address of the admin port
     * @param apiKey empty if there is none to send
     * @param timeout of connecting, and of each answer
     */
    public AdminClient(URI base, String apiKey, Duration timeout) {
        this.base = base;
        this.apiKey = apiKey;
        this.timeout = timeout;
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(timeout)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
    }

    /**
     * Publishes.
     *
     * @return where it is in the channel's stream; {@link StreamPosition#NONE} without history
     * @throws AdminException if it was not stored, or nobody can say
     */
    public StreamPosition publish(PublishRequest publish) {
        ObjectNode body = JSON.createObjectNode().put("channel", publish.channel());
        body.putRawValue("data", new RawValue(publish.data()));
        if (!publish.idempotencyKey().isEmpty()) {
            body.put("idempotency_key", publish.idempotencyKey());
        }
        if (publish.priority() != null) {
            body.put("priority", publish.priority().name().toLowerCase(Locale.ROOT));
        }
        JsonNode result = call("publish", JSON.writeValueAsString(body));
        return new StreamPosition(
                result.path("offset").asLong(0), result.path("epoch").asString(""));
    }

    /**
     * The cluster and its nodes as the node sees them.
     *
     * @throws AdminException if the node does not say
     */
    public JsonNode cluster() {
        return send(request("/admin/v1/cluster").GET().build());
    }

    /**
     * The nodes, as the node sees them.
     *
     * @throws AdminException if the node does not say
     */
    public JsonNode nodes() {
        JsonNode nodes = send(request("/admin/v1/nodes").GET().build()).path("nodes");
        if (!nodes.isArray()) {
            throw notHawser("the answer has no list of nodes");
        }
        return nodes;
    }

    /**
     * What became of lost nodes.
     *
     * @throws AdminException if the node does not say
     */
    public JsonNode failovers() {
        return send(request("/admin/v1/failovers").GET().build());
    }

    /**
     * Opens the stream of the cluster's events.
     *
     * @param since id of the event to go on after; empty for all that the node remembers
     * @param types names of types or groups, separated by commas; empty for all
     * @return open; to be closed by the caller
     * @throws AdminException if the node does not offer it
     */
    public EventStream events(String since, String types) {
        String query =
                Stream.of("since=" + segment(since), "types=" + segment(types))
                        .filter(parameter -> !parameter.endsWith("="))
                        .collect(Collectors.joining("&"));
        return stream("/admin/v1/events" + (query.isEmpty() ? "" : "?" + query));
    }

    /**
     * Opens the stream of what is published to channels.
     *
     * @param pattern of channels, as in {@code news:*}
     * @return open; to be closed by the caller
     * @throws AdminException if the node does not offer it
     */
    public EventStream watch(String pattern) {
        return stream("/admin/v1/channels/watch?pattern=" + segment(pattern));
    }

    private EventStream stream(String path) {
        HttpRequest request = request(path).header("Accept", "text/event-stream").GET().build();
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                try (InputStream body = response.body()) {
                    byte[] start = body.readNBytes(MAX_ERROR_BYTES);
                    read(response.statusCode(), new String(start, StandardCharsets.UTF_8), false);
                }
                throw notHawser("HTTP status " + response.statusCode());
            }
            return new EventStream(base, response.body());
        } catch (IOException e) {
            throw notReachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    /**
     * Events that the webhook did not take.
     *
     * @throws AdminException if the node does not say
     */
    public JsonNode deadLetters() {
        return send(request("/admin/v1/webhooks/dead").GET().build(), true);
    }

    /**
     * Sends one of them once more.
     *
     * @throws AdminException if the node does not know it, or cannot tell the others
     */
    public JsonNode retryDeadLetter(String id) {
        return order("webhooks/dead/" + segment(id) + "/retry", "{}");
    }

    /**
     * Drains a node.
     *
     * @param body rate, grace_ms, force; any may be left out
     * @return the node's answer
     * @throws AdminException if the node does not do it
     */
    public JsonNode drain(String node, String body) {
        return order("nodes/" + segment(node) + "/drain", body);
    }

    /**
     * How far a node's drain is.
     *
     * @throws AdminException if the node does not say
     */
    public JsonNode drained(String node) {
        HttpRequest.Builder look = request("/admin/v1/nodes/" + segment(node) + "/drain");
        return send(look.GET().build(), true);
    }

    /**
     * Lets a node take clients again.
     *
     * @throws AdminException if the node does not do it
     */
    public JsonNode undrain(String node) {
        return order("nodes/" + segment(node) + "/undrain", "{}");
    }

    /**
     * Recommends moves of connections, and has them done if the body says so.
     *
     * @param body apply, rate; any may be left out
     * @throws AdminException if the node does not answer
     */
    public JsonNode rebalance(String body) {
        return order("cluster/rebalance", body);
    }

    private JsonNode order(String path, String body) {
        return send(
                request("/admin/v1/" + path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                true);
    }

    /**
     * Moves a client to another node.
     *
     * @param client its client id
     * @return client, user, from, to, reconnects
     * @throws AdminException if it is not moved
     */
    public JsonNode moveClient(String client, String node) {
        String path = "/admin/v1/clients/" + segment(client) + "/move?node=" + segment(node);
        return send(request(path).POST(BodyPublishers.noBody()).build(), true);
    }

    /**
     * How far a user is behind in what it acknowledges.
     *
     * @return user, positions
     * @throws AdminException if the node does not say
     */
    public JsonNode delivery(String user) {
        return send(request("/admin/v1/delivery/" + segment(user)).GET().build(), true);
    }

    /**
     * A part of a channel's members.
     *
     * @param limit members, at most
     * @param cursor client id behind which the part begins; empty for the first one
     * @throws AdminException if the node does not say
     */
    public JsonNode members(String channel, int limit, String cursor) {
        String path =
                "/admin/v1/presence?channel="
                        + segment(channel)
                        + "&limit="
                        + limit
                        + (cursor.isEmpty() ? "" : "&cursor=" + segment(cursor));
        return send(request(path).GET().build(), true);
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode call(String method, String body) {
        HttpRequest request =
                request("/api/" + method)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        JsonNode answer = send(request);
        if (!answer.path("result").isObject()) {
            throw notHawser("the answer has neither a result nor an error");
        }
        return answer.path("result");
    }

    private HttpRequest.Builder request(String path) {
        String prefix = base.toString().replaceFirst("/+$", "");
        var builder = HttpRequest.newBuilder(URI.create(prefix + path)).timeout(timeout);
        return apiKey.isEmpty() ? builder : builder.header("X-API-Key", apiKey);
    }

    private JsonNode send(HttpRequest request) {
        return send(request, false);
    }

    /**
     * @param named whether the path names something, so that 404 can mean that there is none
     */
    private JsonNode send(HttpRequest request, boolean named) {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return read(response.statusCode(), response.body(), named);
        } catch (IOException e) {
            throw notReachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    private AdminException notReachable(IOException e) {
        return new AdminException(
                Kind.NOT_REACHABLE, "cannot reach " + base + ": " + Unreachable.why(e), e);
    }

    private AdminException interrupted(InterruptedException e) {
        return new AdminException(Kind.NOT_REACHABLE, "interrupted while asking " + base, e);
    }

    private JsonNode read(int status, String text, boolean named) {
        if (status == 401 || status == 403) {
            String why = apiKey.isEmpty() ? "no API key was given" : "the API key is not accepted";
            throw new AdminException(Kind.DENIED, base + " denied it: " + why);
        }
        JsonNode body = json(status, text);
        JsonNode error = body.path("error");
        if (status == 404 && !(named && error.isObject())) {
            throw notHawser("HTTP status 404"); // a node's public port says so in JSON
        }
        if (error.isObject()) {
            throw refused(error);
        }
        if (status >= 300 || !body.isObject()) {
            throw notHawser("HTTP status " + status);
        }
        return body;
    }

    private JsonNode json(int status, String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw notHawser("HTTP status " + status + " and no JSON");
        }
    }

    private static AdminException refused(JsonNode error) {
        int code = error.path("code").asInt(0);
        Kind kind =
                switch (code) {
                    case UNAUTHORIZED, PERMISSION_DENIED -> Kind.DENIED;
                    case UNKNOWN_CHANNEL -> Kind.UNKNOWN_CHANNEL;
                    default -> Kind.REFUSED;
                };
        String message = "the node answered: " + error.path("message").asString("error");
        return new AdminException(kind, message + " (code " + code + ")");
    }

    private AdminException notHawser(String what) {
        return new AdminException(Kind.NOT_HAWSER, base + " does not answer as a node: " + what);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
