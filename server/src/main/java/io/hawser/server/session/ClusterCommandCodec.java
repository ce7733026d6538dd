package io.hawser.server.session;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.TokenSubscription;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Cluster commands as they travel between nodes: JSON, since nodes of different versions live side
 * by side while a cluster is upgraded. Unknown fields are ignored, unknown kinds are an error of
 * their own. Thread-safe.
 */
public final class ClusterCommandCodec {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String DISCONNECT = "disconnect";
    private static final String SUBSCRIBE = "subscribe";
    private static final String UNSUBSCRIBE = "unsubscribe";
    private static final String REFRESH = "refresh";

    private ClusterCommandCodec() {}

    /** For {@code Broker.sendControl}. */
    public static Payload encode(ClusterCommand command) {
        ObjectNode json = JSON.createObjectNode();
        json.put("user", command.user()).put("client", command.client());
        switch (command) {
            case ClusterCommand.DisconnectUser disconnect -> write(disconnect, json);
            case ClusterCommand.Subscribe subscribe -> write(subscribe, json);
            case ClusterCommand.Unsubscribe unsubscribe -> write(unsubscribe, json);
            case ClusterCommand.Refresh refresh -> write(refresh, json);
        }
        return Payload.of(JSON.writeValueAsBytes(json));
    }

    private static void write(ClusterCommand.DisconnectUser command, ObjectNode json) {
        json.put("kind", DISCONNECT);
        json.put("code", command.reason().code()).put("reason", command.reason().reason());
        command.whitelist().forEach(json.putArray("whitelist")::add);
    }

    private static void write(ClusterCommand.Subscribe command, ObjectNode json) {
        json.put("kind", SUBSCRIBE).put("channel", command.channel());
        json.put("info", base64(command.terms().info()));
        json.put("data", base64(command.terms().data()));
        write(command.terms().overrides(), json.putObject("overrides"));
        StreamPosition since = command.recoverSince();
        if (since != null) {
            json.putObject("since").put("offset", since.offset()).put("epoch", since.epoch());
        }
    }

    private static void write(ChannelOverrides overrides, ObjectNode json) {
        put(json, "presence", overrides.presence());
        put(json, "join_leave", overrides.joinLeave());
        put(json, "force_push_join_leave", overrides.forcePushJoinLeave());
        put(json, "force_recovery", overrides.forceRecovery());
        put(json, "force_positioning", overrides.forcePositioning());
    }

    private static void put(ObjectNode json, String name, @Nullable Boolean value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static void write(ClusterCommand.Unsubscribe command, ObjectNode json) {
        json.put("kind", UNSUBSCRIBE).put("channel", command.channel());
        json.put("code", command.code().code()).put("reason", command.code().reason());
    }

    private static void write(ClusterCommand.Refresh command, ObjectNode json) {
        json.put("kind", REFRESH).put("expire_at_ms", command.expireAtMs());
    }

    private static String base64(Payload payload) {
        return Base64.getEncoder().encodeToString(payload.bytes());
    }

    /**
     * Reads what a node sent.
     *
     * @throws UnreadableCommandException if it is of an unknown kind, or none at all
     */
    public static ClusterCommand decode(Payload payload) throws UnreadableCommandException {
        try {
            return decode(JSON.readTree(payload.bytes()));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new UnreadableCommandException("not a cluster command", e);
        }
    }

    private static ClusterCommand decode(JsonNode json) throws UnreadableCommandException {
        String kind = text(json, "kind");
        String user = text(json, "user");
        String client = text(json, "client");
        return switch (kind) {
            case DISCONNECT ->
                    new ClusterCommand.DisconnectUser(
                            user,
                            client,
                            whitelist(json),
                            new Disconnect(number(json, "code"), text(json, "reason")));
            case SUBSCRIBE ->
                    new ClusterCommand.Subscribe(
                            user, client, text(json, "channel"), terms(json), since(json));
            case UNSUBSCRIBE ->
                    new ClusterCommand.Unsubscribe(
                            user,
                            client,
                            text(json, "channel"),
                            new UnsubscribeCode(number(json, "code"), text(json, "reason")));
            case REFRESH ->
                    new ClusterCommand.Refresh(
                            user, client, json.required("expire_at_ms").longValue());
            default -> throw new UnreadableCommandException("unknown kind: " + shortened(kind));
        };
    }

    private static Set<String> whitelist(JsonNode json) {
        var clients = new LinkedHashSet<String>();
        json.required("whitelist").forEach(client -> clients.add(client.stringValue()));
        return clients;
    }

    private static TokenSubscription terms(JsonNode json) {
        return new TokenSubscription(
                payload(json, "info"),
                payload(json, "data"),
                overrides(json.required("overrides")));
    }

    private static ChannelOverrides overrides(JsonNode json) {
        return new ChannelOverrides(
                override(json, "presence"),
                override(json, "join_leave"),
                override(json, "force_push_join_leave"),
                override(json, "force_recovery"),
                override(json, "force_positioning"));
    }

    private static @Nullable Boolean override(JsonNode json, String name) {
        return json.has(name) ? Boolean.valueOf(json.required(name).booleanValue()) : null;
    }

    private static @Nullable StreamPosition since(JsonNode json) {
        JsonNode since = json.get("since");
        return since == null
                ? null
                : new StreamPosition(since.required("offset").longValue(), text(since, "epoch"));
    }

    private static String text(JsonNode json, String name) {
        return json.required(name).stringValue();
    }

    private static int number(JsonNode json, String name) {
        return json.required(name).intValue();
    }

    private static Payload payload(JsonNode json, String name) {
        return Payload.of(Base64.getDecoder().decode(text(json, name)));
    }

    private static String shortened(String kind) {
        return kind.length() <= 32 ? kind : kind.substring(0, 32) + "…";
    }
}
