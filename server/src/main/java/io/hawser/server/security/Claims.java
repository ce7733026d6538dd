package io.hawser.server.security;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * A token's claims, read with their types checked. A claim that is null counts as absent; claims
 * nobody asks for may be anything. Immutable, thread-safe.
 */
final class Claims {
    /** Keeps numbers as they were written; a claim that is there twice is refused (RFC 7519, 4). */
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** 9999-12-31T23:59:59Z: later times mean it too, and stay far from overflow. */
    private static final long LATEST_SECOND = 253_402_300_799L;

    private final JsonNode root;

    private Claims(JsonNode root) {
        this.root = root;
    }

    /**
     * @throws JacksonException if {@code json} is not JSON
     */
    static Claims parse(byte[] json) throws InvalidClaimException {
        return of(JSON.readTree(json), "the claims");
    }

    private static Claims of(JsonNode node, String what) throws InvalidClaimException {
        require(node.isObject(), what, "a JSON object");
        return new Claims(node);
    }

    /** The string {@code name}; null if absent. */
    @Nullable String text(String name) throws InvalidClaimException {
        JsonNode node = root.path(name);
        return isAbsent(node) ? null : string(node, name);
    }

    /** The string {@code name}; empty if absent. */
    String textOrEmpty(String name) throws InvalidClaimException {
        String text = text(name);
        return text == null ? "" : text;
    }

    /** The string {@code name}; empty if absent, or something else: the claim may be another's. */
    String textIfText(String name) {
        JsonNode node = root.path(name);
        return node.isString() ? node.stringValue() : "";
    }

    /** The time {@code name}, in whole seconds since 1970; null if absent. */
    @Nullable Instant time(String name) throws InvalidClaimException {
        JsonNode node = root.path(name);
        if (isAbsent(node)) {
            return null;
        }
        require(node.isNumber(), name, "a number");
        double seconds = node.doubleValue(Double.NaN); // also where it is beyond a double
        require(Math.abs(seconds) <= Long.MAX_VALUE, name, "a time");
        return Instant.ofEpochSecond(Math.clamp((long) seconds, 0, LATEST_SECOND));
    }

    /** Whether {@code name}, a string or an array of strings, holds {@code wanted}. */
    boolean holds(String name, String wanted) throws InvalidClaimException {
        JsonNode node = root.path(name);
        if (!node.isArray()) {
            return wanted.equals(text(name));
        }
        boolean found = false;
        for (JsonNode each : node) {
            found |= wanted.equals(string(each, name));
        }
        return found;
    }

    /** The JSON of {@code name}, or the bytes of {@code b64} + name, which goes first. */
    Payload payload(String name) throws InvalidClaimException {
        String base64 = textOrEmpty("b64" + name);
        if (!base64.isEmpty()) {
            return decoded(base64, "b64" + name);
        }
        JsonNode node = root.path(name);
        return isAbsent(node) ? Payload.EMPTY : Payload.of(JSON.writeValueAsBytes(node));
    }

    ChannelOverrides overrides() throws InvalidClaimException {
        JsonNode node = root.path("override");
        if (isAbsent(node)) {
            return ChannelOverrides.NONE;
        }
        Claims override = of(node, "override");
        return new ChannelOverrides(
                override.switchOf("presence"),
                override.switchOf("join_leave"),
                override.switchOf("force_push_join_leave"),
                override.switchOf("force_recovery"),
                override.switchOf("force_positioning"));
    }

    /** Server-side subscriptions: the channels of {@code subs}, and those of {@code channels}. */
    Map<String, TokenSubscription> subscriptions() throws InvalidClaimException {
        Map<String, TokenSubscription> subs = new HashMap<>();
        JsonNode channels = root.path("channels");
        require(isAbsent(channels) || channels.isArray(), "channels", "an array");
        for (JsonNode channel : channels) {
            subs.put(channelName(string(channel, "channels")), TokenSubscription.PLAIN);
        }
        JsonNode details = root.path("subs");
        require(isAbsent(details) || details.isObject(), "subs", "a JSON object");
        for (Map.Entry<String, JsonNode> entry : details.properties()) {
            Claims sub = of(entry.getValue(), "an entry of subs");
            subs.put(channelName(entry.getKey()), sub.subscription());
        }
        return subs;
    }

    private TokenSubscription subscription() throws InvalidClaimException {
        return new TokenSubscription(payload("info"), payload("data"), overrides());
    }

    private @Nullable Boolean switchOf(String name) throws InvalidClaimException {
        JsonNode node = root.path(name);
        if (isAbsent(node)) {
            return null;
        }
        JsonNode value = of(node, name).root.path("value");
        // The protocol's JSON leaves a false out.
        require(value.isMissingNode() || value.isBoolean(), name, "{\"value\": true or false}");
        return value.asBoolean(false);
    }

    private static String channelName(String channel) throws InvalidClaimException {
        require(!channel.isEmpty(), "a channel", "a name that is not empty");
        return channel;
    }

    private static String string(JsonNode node, String name) throws InvalidClaimException {
        require(node.isString(), name, "a string");
        return node.stringValue();
    }

    private static Payload decoded(String base64, String name) throws InvalidClaimException {
        try {
            return Payload.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new InvalidClaimException(name + " is not base64");
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static void require(boolean fine, String name, String wanted)
            throws InvalidClaimException {
        if (!fine) {
            throw new InvalidClaimException(name + " is not " + wanted);
        }
    }
}
