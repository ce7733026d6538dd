package io.hawser.server;

import io.hawser.grid.pubsub.StreamPosition;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A client of the JSON protocol that acknowledges; keeps the pushes that it reads. */
final class AckClient implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /** Result of the connect. */
    final JsonNode connect;

    private final RawWebSocket socket;
    private final Deque<JsonNode> unread = new ArrayDeque<>();
    private final List<JsonNode> pushes = new ArrayList<>();
    private int id = 1;

    AckClient(int port, String token) throws IOException {
        this(port, token, "{}", "{}");
    }

    /**
     * @param data of the connect, as JSON
     * @param subs what the client says it has seen of server-side subscriptions, as JSON
     */
    AckClient(int port, String token, String data, String subs) throws IOException {
        socket = new RawWebSocket(port, "/connection/websocket", "");
        socket.text(
                "{\"id\":1,\"connect\":{\"token\":\"%s\",\"data\":%s,\"subs\":%s}}"
                        .formatted(token, data, subs));
        JsonNode reply = reply(1);
        connect = reply.has("error") ? reply.path("error") : reply.path("connect");
    }

    /** The reply to a command, which is {@code error} or the command's name. */
    JsonNode command(String name, String body) throws IOException {
        id++;
        socket.text("{\"id\":%d,\"%s\":%s}".formatted(id, name, body));
        return reply(id);
    }

    JsonNode subscribe(String channel) throws IOException {
        return command("subscribe", "{\"channel\":\"" + channel + "\"}");
    }

    /** A subscribe of a client that has seen the channel up to a position. */
    JsonNode subscribe(String channel, StreamPosition seen) throws IOException {
        return command(
                "subscribe",
                "{\"channel\":\"%s\",\"recover\":true,\"offset\":%d,\"epoch\":\"%s\"}"
                        .formatted(channel, seen.offset(), seen.epoch()));
    }

    JsonNode ack(String channel, long offset) throws IOException {
        return call("hawser.ack", "{\"channel\":\"" + channel + "\",\"offset\":" + offset + "}");
    }

    JsonNode call(String method, String data) throws IOException {
        return command("rpc", "{\"method\":\"" + method + "\",\"data\":" + data + "}");
    }

    /** Sends without asking for a reply. */
    void send(String data) throws IOException {
        socket.text("{\"send\":{\"data\":" + data + "}}");
    }

    /** Offsets of the publications of a channel that were pushed, once there are so many. */
    List<Long> pushed(String channel, int count) throws IOException {
        while (pushed(channel).size() < count) {
            keep(next());
        }
        return pushed(channel);
    }

    private List<Long> pushed(String channel) {
        return pushes.stream()
                .map(line -> line.path("push"))
                .filter(push -> push.path("channel").asString("").equals(channel))
                .filter(push -> push.has("pub"))
                .map(push -> push.path("pub").path("offset").asLong(0))
                .toList();
    }

    /** Offsets of the publications in the reply to a subscribe. */
    static List<Long> recovered(JsonNode subscribed) {
        List<Long> offsets = new ArrayList<>();
        subscribed.path("publications").forEach(each -> offsets.add(each.path("offset").asLong(0)));
        return offsets;
    }

    int closeCode() throws IOException {
        return socket.closeCode();
    }

    private JsonNode reply(int wanted) throws IOException {
        while (true) {
            JsonNode line = next();
            if (line.path("id").asInt(0) == wanted) {
                return line;
            }
            keep(line);
        }
    }

    private void keep(JsonNode line) {
        if (line.has("push")) {
            pushes.add(line);
        }
    }

    private JsonNode next() throws IOException {
        while (unread.isEmpty()) {
            RawWebSocket.Frame frame = socket.read();
            if (frame.opcode() == RawWebSocket.CLOSE) {
                throw new IOException("closed with " + frame.closeCode());
            }
            frame.text().lines().map(JSON::readTree).forEach(unread::add);
        }
        return unread.remove();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
