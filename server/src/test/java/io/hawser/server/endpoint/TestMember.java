package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.delta.BadDeltaException;
import io.hawser.server.delta.FossilDelta;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;

import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A client: reads what its connection wrote as an SDK would, and applies the deltas. */
final class TestMember {
    private static final JsonMapper JSON = new JsonMapper();

    final TestSocket socket;
    final ClientConnection connection;
    final Map<String, Boolean> delta = new HashMap<>();
    private boolean corked;
    private final Encoding encoding;

    /** A publication as the client understood it. */
    record Seen(long offset, String data, boolean delta) {}

    private final Map<String, byte[]> bases = new HashMap<>();
    private final Map<String, List<Seen>> seen = new HashMap<>();

    TestMember(String id, Encoding encoding, long room, IoLoop loop) {
        this.encoding = encoding;
        this.socket = new TestSocket(room);
        this.connection =
                new ClientConnection(
                        id,
                        "127.0.0.1",
                        WireForm.of(Codec.of(encoding), false),
                        socket,
                        loop,
                        false);
    }

    void cork() {
        corked = true;
        connection.cork();
    }

    void uncork() {
        if (corked) {
            corked = false;
            connection.uncork(connection.form().codec().ping());
        }
    }

    /** What came, by channel. */
    Map<String, List<Seen>> read() throws IOException, BadDeltaException {
        ByteBuffer bytes = ByteBuffer.wrap(socket.bytes());
        while (bytes.remaining() > 1) {
            byte[] message = frame(bytes);
            if (message == null) {
                break; // cut off in the middle
            }
            if (encoding == Encoding.JSON) {
                readJson(message);
            } else {
                readMessagePack(message);
            }
        }
        return seen;
    }

    private static byte @Nullable [] frame(ByteBuffer in) {
        in.get();
        int length = in.get();
        if (length == 126) {
            length = in.remaining() < 2 ? Integer.MAX_VALUE : in.getShort() & 0xFFFF;
        } else if (length == 127) {
            length = in.remaining() < 8 ? Integer.MAX_VALUE : (int) in.getLong();
        }
        if (in.remaining() < length) {
            return null;
        }
        byte[] payload = new byte[length];
        in.get(payload);
        return payload;
    }

    private void readJson(byte[] message) throws BadDeltaException {
        for (String line : new String(message, StandardCharsets.UTF_8).lines().toList()) {
            JsonNode push = JSON.readTree(line).path("push");
            JsonNode pub = push.path("pub");
            if (!pub.isMissingNode()) {
                String channel = push.get("channel").asString();
                JsonNode data = pub.get("data");
                assertThat(data.isString()).as("in %s", line).isEqualTo(isDelta(channel));
                String text = data.isString() ? data.asString() : data.toString();
                take(
                        channel,
                        pub.get("offset").asLong(),
                        text.getBytes(StandardCharsets.UTF_8),
                        pub.path("delta").asBoolean());
            }
        }
    }

    private void readMessagePack(byte[] message) throws IOException, BadDeltaException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(message)) {
            while (unpacker.hasNext()) {
                Map<Value, Value> push = map(unpacker.unpackValue(), "push");
                Map<Value, Value> pub = push.isEmpty() ? push : map(push, "pub");
                if (!pub.isEmpty()) {
                    take(
                            get(push, "channel").asStringValue().asString(),
                            get(pub, "offset").asIntegerValue().asLong(),
                            get(pub, "data").asBinaryValue().asByteArray(),
                            pub.containsKey(ValueFactory.newString("delta")));
                }
            }
        }
    }

    private static Map<Value, Value> map(Value map, String name) {
        return map(map.asMapValue().map(), name);
    }

    private static Map<Value, Value> map(Map<Value, Value> map, String name) {
        Value value = map.get(ValueFactory.newString(name));
        return value == null ? Map.of() : value.asMapValue().map();
    }

    private static Value get(Map<Value, Value> map, String name) {
        Value value = map.get(ValueFactory.newString(name));
        return value == null ? ValueFactory.newNil() : value;
    }

    private boolean isDelta(String channel) {
        return delta.getOrDefault(channel, false);
    }

    private void take(String channel, long offset, byte[] data, boolean isDelta)
            throws BadDeltaException {
        byte[] whole = data;
        if (isDelta) {
            assertThat(isDelta(channel)).isTrue();
            assertThat(bases).as("something before the first delta").containsKey(channel);
            whole = FossilDelta.apply(bases.getOrDefault(channel, data), data);
        }
        bases.put(channel, whole);
        seen.computeIfAbsent(channel, c -> new ArrayList<>())
                .add(new Seen(offset, new String(whole, StandardCharsets.UTF_8), isDelta));
    }
}
