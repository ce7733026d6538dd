package io.hawser.server.api;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.grid.pubsub.Version;
import io.hawser.server.http.InvalidFieldException;
import io.hawser.server.http.JsonFields;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.security.ChannelOverrides;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the bodies of the server API's methods. Unknown fields are ignored, but for those of
 * Centrifugo that would narrow a request if they were known here.
 */
final class ApiRequestReader {
    /** Offsets are JSON numbers, exact to here in every language. */
    private static final long MAX_OFFSET = 1L << 53;

    private static final long MAX_EPOCH_SECONDS = 1L << 40;
    private static final int MAX_KEY_CHARS = 256;
    private static final int MAX_BATCH = 10_000;

    private ApiRequestReader() {}

    // Publishing

    static ApiRequest publish(JsonFields fields) throws InvalidFieldException {
        return publication(channel(fields), fields);
    }

    /** To the user's queue, which keeps it until the user has acknowledged it. */
    static ApiRequest publishUser(JsonFields fields) throws InvalidFieldException {
        refuse(fields, "channel", "skip_history", "priority");
        String user = fields.text("user");
        require(!user.isEmpty(), "user is missing");
        return publication(UserQueue.channel(user), fields);
    }

    static ApiRequest broadcast(JsonFields fields) throws InvalidFieldException {
        List<ApiRequest.Publish> publishes = new ArrayList<>();
        List<String> channels = fields.texts("channels");
        require(!channels.isEmpty(), "channels is missing or empty");
        ApiRequest.Publish first = publication(channels.getFirst(), fields);
        for (String channel : channels) {
            require(!channel.isEmpty(), "channels names one without a name");
            publishes.add(first.in(channel));
        }
        return new ApiRequest.Broadcast(publishes);
    }

    private static ApiRequest.Publish publication(String channel, JsonFields fields)
            throws InvalidFieldException {
        String key = fields.text("idempotency_key");
        require(key.length() <= MAX_KEY_CHARS, "idempotency_key is longer than 256 characters");
        require(fields.has("data") || fields.has("b64data"), "data is missing");
        return new ApiRequest.Publish(
                channel,
                data(fields),
                fields.flag("skip_history"),
                tags(fields.object("tags")),
                key.isEmpty() ? null : key,
                version(fields),
                priority(fields.text("priority")),
                ackNodes(fields.text("ack")));
    }

    /** As with Centrifugo, version 0 is none. */
    private static @Nullable Version version(JsonFields fields) throws InvalidFieldException {
        long number = fields.integer("version", 0, Long.MAX_VALUE);
        String epoch = fields.text("version_epoch");
        require(epoch.length() <= MAX_KEY_CHARS, "version_epoch is longer than 256 characters");
        require(number > 0 || epoch.isEmpty(), "version_epoch needs a version of 1 or more");
        return number == 0 ? null : new Version(number, epoch);
    }

    private static @Nullable Priority priority(String name) throws InvalidFieldException {
        return switch (name) {
            case "" -> null;
            case "high" -> Priority.HIGH;
            case "normal" -> Priority.NORMAL;
            case "low" -> Priority.LOW;
            default -> throw new InvalidFieldException("priority is not high, normal or low");
        };
    }

    private static boolean ackNodes(String ack) throws InvalidFieldException {
        return switch (ack) {
            case "" -> false;
            case "nodes" -> true;
            default -> throw new InvalidFieldException("ack is not nodes");
        };
    }

    private static Payload data(JsonFields fields) throws InvalidFieldException {
        return fields.has("b64data") ? fields.base64("b64data") : fields.raw("data");
    }

    private static Map<String, String> tags(@Nullable JsonFields fields)
            throws InvalidFieldException {
        Map<String, String> tags = new LinkedHashMap<>();
        if (fields != null) {
            for (String name : fields.names()) {
                require(isUnicode(name), "the name of a tag is not valid Unicode");
                tags.put(name, fields.text(name));
            }
        }
        return tags;
    }

    /** Half of a surrogate pair, which JSON can escape, has no UTF-8. */
    private static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    // Users

    static ApiRequest subscribe(JsonFields fields) throws InvalidFieldException {
        refuse(fields, "session", "expire_at");
        return new ApiRequest.Subscribe(
                user(fields),
                fields.text("client"),
                channel(fields),
                fields.has("b64info") ? fields.base64("b64info") : fields.raw("info"),
                data(fields),
                overrides(fields.object("override")),
                position(fields.object("recover_since")));
    }

    private static ChannelOverrides overrides(@Nullable JsonFields fields)
            throws InvalidFieldException {
        return fields == null
                ? ChannelOverrides.NONE
                : new ChannelOverrides(
                        override(fields, "presence"),
                        override(fields, "join_leave"),
                        override(fields, "force_push_join_leave"),
                        override(fields, "force_recovery"),
                        override(fields, "force_positioning"));
    }

    /** {@code {"value": true}}, as in tokens. */
    private static @Nullable Boolean override(JsonFields fields, String name)
            throws InvalidFieldException {
        JsonFields value = fields.object(name);
        return value == null ? null : Boolean.valueOf(value.flag("value"));
    }

    static ApiRequest unsubscribe(JsonFields fields) throws InvalidFieldException {
        refuse(fields, "session");
        return new ApiRequest.Unsubscribe(
                user(fields), fields.text("client"), fields.requiredText("channel"));
    }

    static ApiRequest disconnect(JsonFields fields) throws InvalidFieldException {
        refuse(fields, "session");
        return new ApiRequest.DisconnectUser(
                user(fields),
                fields.text("client"),
                Set.copyOf(fields.texts("whitelist")),
                reason(fields.object("disconnect")));
    }

    private static Disconnect reason(@Nullable JsonFields fields) throws InvalidFieldException {
        if (fields == null) {
            return Disconnect.FORCE_DISCONNECT;
        }
        require(fields.has("code"), "disconnect.code is missing");
        int code = (int) fields.integer("code", 3000, 4999);
        String reason = fields.text("reason");
        require(
                reason.getBytes(StandardCharsets.UTF_8).length <= Disconnect.MAX_REASON_BYTES,
                "disconnect.reason is longer than 123 bytes");
        return new Disconnect(code, reason);
    }

    static ApiRequest refresh(JsonFields fields) throws InvalidFieldException {
        refuse(fields, "session");
        long seconds = fields.integer("expire_at", 0, MAX_EPOCH_SECONDS);
        return new ApiRequest.Refresh(
                user(fields), fields.text("client"), fields.flag("expired"), seconds * 1000);
    }

    /**
     * The user, who may be anonymous and so have the empty name: that has to be said, so that a
     * forgotten field does not mean all anonymous users.
     */
    private static String user(JsonFields fields) throws InvalidFieldException {
        require(
                fields.has("user") || !fields.text("client").isEmpty(),
                "user or client is missing");
        return fields.text("user");
    }

    // Channels

    static ApiRequest presence(JsonFields fields) throws InvalidFieldException {
        return new ApiRequest.AskPresence(channel(fields));
    }

    static ApiRequest presenceStats(JsonFields fields) throws InvalidFieldException {
        return new ApiRequest.AskPresenceStats(channel(fields));
    }

    static ApiRequest history(JsonFields fields) throws InvalidFieldException {
        return new ApiRequest.ReadHistory(
                channel(fields),
                new HistoryQuery(
                        position(fields.object("since")),
                        (int) fields.integer("limit", Integer.MIN_VALUE, Integer.MAX_VALUE),
                        fields.flag("reverse")));
    }

    private static @Nullable StreamPosition position(@Nullable JsonFields fields)
            throws InvalidFieldException {
        return fields == null
                ? null
                : new StreamPosition(fields.integer("offset", 0, MAX_OFFSET), fields.text("epoch"));
    }

    static ApiRequest historyRemove(JsonFields fields) throws InvalidFieldException {
        return new ApiRequest.RemoveHistory(channel(fields));
    }

    static ApiRequest channels(JsonFields fields) throws InvalidFieldException {
        return new ApiRequest.ListChannels(fields.text("pattern"));
    }

    static ApiRequest info(JsonFields fields) {
        return new ApiRequest.ListNodes();
    }

    private static String channel(JsonFields fields) throws InvalidFieldException {
        String channel = fields.text("channel");
        require(!channel.isEmpty(), "channel is missing");
        return channel;
    }

    // Several at once

    static ApiRequest batch(JsonFields fields) throws InvalidFieldException {
        List<JsonFields> commands = fields.objects("commands");
        require(commands.size() <= MAX_BATCH, "more than 10000 commands");
        List<ApiRequest.BatchCommand> read = new ArrayList<>();
        for (JsonFields command : commands) {
            read.add(batchCommand(command));
        }
        return new ApiRequest.Batch(read, fields.flag("parallel"));
    }

    /** A command that is wrong does not spoil the others: it gets its error in its place. */
    private static ApiRequest.BatchCommand batchCommand(JsonFields command) {
        List<String> names = new ArrayList<>();
        command.names().forEach(names::add);
        ApiMethod method = names.size() == 1 ? ApiMethod.named(names.getFirst()) : null;
        if (method == null || method == ApiMethod.BATCH) {
            ErrorCode error =
                    names.size() == 1 ? ErrorCode.METHOD_NOT_FOUND : ErrorCode.BAD_REQUEST;
            return new ApiRequest.BatchCommand("", new ApiRequest.Invalid(error));
        }
        return new ApiRequest.BatchCommand(method.wireName(), read(method, command));
    }

    private static ApiRequest read(ApiMethod method, JsonFields command) {
        try {
            JsonFields fields = command.object(method.wireName());
            return method.read(fields == null ? JsonFields.NONE : fields);
        } catch (InvalidFieldException e) {
            return new ApiRequest.Invalid(e.error());
        }
    }

    private static void refuse(JsonFields fields, String... names) throws InvalidFieldException {
        for (String name : names) {
            if (!isZero(fields, name)) {
                throw InvalidFieldException.notOffered(name);
            }
        }
    }

    private static boolean isZero(JsonFields fields, String name) {
        String value = fields.raw(name).toString();
        return value.isEmpty() || value.equals("0") || value.equals("\"\"");
    }

    private static void require(boolean condition, String problem) throws InvalidFieldException {
        if (!condition) {
            throw new InvalidFieldException(problem);
        }
    }
}
