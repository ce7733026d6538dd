package io.hawser.cli.client;

import io.hawser.grid.pubsub.StreamPosition;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The client's half of the protocol (Centrifuge client protocol v2, JSON) without a socket or a
 * clock: frames and the time go in, frames and events come out. Positions outlive a connection, so
 * that the next one recovers. Not thread-safe.
 */
final class ClientProtocol {
    /** Where a step of the protocol leads to, beside events. */
    interface Output {
        /** Sends one text frame. */
        void send(String frame);

        /** Gives the connection up; for good unless {@code reconnect}. */
        void drop(int code, String reason, boolean reconnect);
    }

    /** How long an answer may take, milliseconds; the same as in the public client libraries. */
    static final long REPLY_TIMEOUT_MS = 5_000;

    /** How much later than announced a ping may come, milliseconds. */
    static final long PING_SLACK_MS = 10_000;

    /** Keeps numbers as they were written: 1.10 stays 1.10. */
    static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private static final String NAME = "hawser-cli";
    private static final int TOKEN_EXPIRED = 109;
    private static final int NO_CLOSE_FRAME = 1006;
    private static final int BAD_PROTOCOL = 3501;

    private final String token;
    private final Backoff backoff;
    private final RandomGenerator random;
    private final Consumer<ClientEvent> events;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

    /** Commands without an answer so far: id to channel, the connect command's to "". */
    private final Map<Long, String> awaited = new HashMap<>();

    private long lastId;
    private long oldestCommandMs;
    private long lastHeardMs;
    private long pingEveryMs;
    private boolean pongWanted;
    private boolean open;
    private boolean connected;

    ClientProtocol(ClientSettings settings, RandomGenerator random, Consumer<ClientEvent> events) {
        this.token = settings.token();
        this.backoff = settings.backoff();
        this.random = random;
        this.events = events;
        for (String channel : settings.channels()) {
            subscriptions.put(channel, new Subscription(channel));
        }
    }

    /** Begins a new connection: the first frame, with everything that is wanted. */
    String open(long nowMs) {
        awaited.clear();
        open = true;
        connected = false;
        pingEveryMs = 0;
        lastHeardMs = nowMs;
        var frame = new StringBuilder(connectCommand(nowMs));
        for (Subscription subscription : subscriptions.values()) {
            if (subscription.state != Subscription.State.REFUSED) {
                frame.append('\n').append(subscribeCommand(subscription, nowMs));
            }
        }
        return frame.toString();
    }

    private String connectCommand(long nowMs) {
        ObjectNode command = command("", nowMs);
        ObjectNode connect = command.putObject("connect");
        if (!token.isEmpty()) {
            connect.put("token", token);
        }
        connect.put("name", NAME);
        return command.toString();
    }

    private String subscribeCommand(Subscription subscription, long nowMs) {
        subscription.state = Subscription.State.SUBSCRIBING;
        ObjectNode command = command(subscription.channel, nowMs);
        ObjectNode subscribe = command.putObject("subscribe").put("channel", subscription.channel);
        if (subscription.recoverable) {
            subscribe.put("recover", true);
            subscribe.put("offset", subscription.position.offset());
            subscribe.put("epoch", subscription.position.epoch());
        }
        return command.toString();
    }

    private ObjectNode command(String channel, long nowMs) {
        if (awaited.isEmpty()) {
            oldestCommandMs = nowMs;
        }
        awaited.put(++lastId, channel);
        return JSON.createObjectNode().put("id", lastId);
    }

    /** Takes a text frame, which may hold several replies. */
    void receive(String frame, long nowMs, Output output) {
        lastHeardMs = nowMs;
        for (String line : frame.lines().toList()) {
            if (open && !line.isBlank()) {
                receiveLine(line, nowMs, output);
            }
        }
    }

    private void receiveLine(String line, long nowMs, Output output) {
        JsonNode reply;
        try {
            reply = JSON.readTree(line);
        } catch (JacksonException e) {
            output.drop(BAD_PROTOCOL, "the node sent a frame that is not JSON", true);
            return;
        }
        if (reply.has("id")) {
            answered(reply, nowMs, output);
        } else if (reply.has("push")) {
            pushed(reply.path("push"), nowMs, output);
        } else if (pongWanted) {
            output.send("{}");
        }
    }

    private void answered(JsonNode reply, long nowMs, Output output) {
        String channel = awaited.remove(reply.path("id").asLong(0));
        if (channel == null) {
            return;
        }
        oldestCommandMs = nowMs;
        Subscription subscription = subscriptions.get(channel);
        if (subscription == null) {
            connectAnswered(reply, output);
        } else if (reply.has("error")) {
            subscribeRefused(subscription, reply.path("error"), nowMs);
        } else {
            subscribed(subscription, reply.path("subscribe"));
        }
    }

    private void connectAnswered(JsonNode reply, Output output) {
        JsonNode error = reply.path("error");
        if (error.isObject()) {
            int code = error.path("code").asInt(0);
            boolean retry = code != TOKEN_EXPIRED && temporary(error);
            output.drop(code, error.path("message").asString(""), retry);
            return;
        }
        JsonNode result = reply.path("connect");
        connected = true;
        pingEveryMs = result.path("ping").asLong(0) * 1_000;
        pongWanted = result.path("pong").asBoolean(false);
        String node = result.path("data").path("node").asString("");
        events.accept(new ClientEvent.Connected(result.path("client").asString(""), node));
    }

    private void subscribed(Subscription subscription, JsonNode result) {
        boolean recovered = result.path("recovered").asBoolean(false);
        var top =
                new StreamPosition(
                        result.path("offset").asLong(0), result.path("epoch").asString(""));
        List<JsonNode> missed = List.copyOf(result.path("publications").values());
        subscription.state = Subscription.State.LIVE;
        subscription.failures = 0;
        subscription.recoverable = result.path("recoverable").asBoolean(false);
        boolean wasRecovering = result.path("was_recovering").asBoolean(false);
        if (!recovered) {
            subscription.position = top;
        }
        events.accept(
                new ClientEvent.Subscribed(
                        subscription.channel, top, wasRecovering, recovered, missed.size()));
        missed.forEach(publication -> publication(subscription, publication));
        subscription.position = top;
    }

    private void subscribeRefused(Subscription subscription, JsonNode error, long nowMs) {
        int code = error.path("code").asInt(0);
        boolean retry = code != TOKEN_EXPIRED && temporary(error);
        lost(subscription, code, error.path("message").asString(""), retry, nowMs);
    }

    private void lost(
            Subscription subscription, int code, String reason, boolean retry, long nowMs) {
        subscription.state = retry ? Subscription.State.WAITING : Subscription.State.REFUSED;
        subscription.retryAtMs = nowMs + backoff.delayMs(subscription.failures++, random);
        events.accept(new ClientEvent.Unsubscribed(subscription.channel, code, reason, retry));
    }

    /** Codes below 100 belong to transports and proxies; they and marked ones pass. */
    private static boolean temporary(JsonNode error) {
        return error.path("temporary").asBoolean(false) || error.path("code").asInt(0) < 100;
    }

    private void pushed(JsonNode push, long nowMs, Output output) {
        JsonNode disconnect = push.path("disconnect");
        if (disconnect.isObject()) {
            int code = disconnect.path("code").asInt(NO_CLOSE_FRAME);
            output.drop(code, disconnect.path("reason").asString(""), reconnects(code));
            return;
        }
        Subscription subscription = subscriptions.get(push.path("channel").asString(""));
        if (subscription == null) {
            return;
        }
        if (push.path("pub").isObject()) {
            publication(subscription, push.path("pub"));
        } else if (push.path("unsubscribe").isObject()) {
            unsubscribed(subscription, push.path("unsubscribe"), nowMs);
        }
    }

    private void unsubscribed(Subscription subscription, JsonNode push, long nowMs) {
        int code = push.path("code").asInt(0);
        lost(subscription, code, push.path("reason").asString(""), code >= 2500, nowMs);
    }

    private void publication(Subscription subscription, JsonNode publication) {
        long offset = publication.path("offset").asLong(0);
        subscription.advance(offset);
        events.accept(
                new ClientEvent.Received(subscription.channel, offset, publication.path("data")));
    }

    /** Subscribes again where a wait is over; to be called about once a second. */
    void resubscribe(long nowMs, Output output) {
        for (Subscription subscription : subscriptions.values()) {
            if (connected
                    && subscription.state == Subscription.State.WAITING
                    && nowMs >= subscription.retryAtMs) {
                output.send(subscribeCommand(subscription, nowMs));
            }
        }
    }

    /** Why the connection has to be taken for dead at this time; empty if it is well. */
    Optional<String> overdue(long nowMs) {
        if (!awaited.isEmpty() && nowMs - oldestCommandMs > REPLY_TIMEOUT_MS) {
            return Optional.of("no answer");
        }
        if (pingEveryMs > 0 && nowMs - lastHeardMs > pingEveryMs + PING_SLACK_MS) {
            return Optional.of("no ping");
        }
        return Optional.empty();
    }

    /** Ends this connection; returns whether its connect command was answered well. */
    boolean close() {
        boolean wasConnected = connected;
        open = false;
        connected = false;
        return wasConnected;
    }

    /** Whether a client comes back after a close frame with this code. */
    static boolean reconnects(int code) {
        if (code < 3000) {
            return code != 1009;
        }
        return code < 3500 || (code >= 4000 && code < 4500) || code >= 5000;
    }
}
