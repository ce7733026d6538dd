package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Request.ConnectRequest;
import io.hawser.server.protocol.Request.HistoryRequest;
import io.hawser.server.protocol.Request.PingRequest;
import io.hawser.server.protocol.Request.PresenceRequest;
import io.hawser.server.protocol.Request.PresenceStatsRequest;
import io.hawser.server.protocol.Request.PublishRequest;
import io.hawser.server.protocol.Request.RefreshRequest;
import io.hawser.server.protocol.Request.RpcRequest;
import io.hawser.server.protocol.Request.SendRequest;
import io.hawser.server.protocol.Request.SubRefreshRequest;
import io.hawser.server.protocol.Request.SubscribeRequest;
import io.hawser.server.protocol.Request.UnsubscribeRequest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads commands by the names of their fields. Each method starts at the object it reads. For one
 * thread.
 */
final class NamedCommandReader {
    private final NamedFieldReader in;

    NamedCommandReader(NamedFieldReader in) {
        this.in = in;
    }

    Command command() throws IOException, BadFrameException {
        CommandBuilder command = new CommandBuilder();
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "id" -> command.id(in.uint32());
                case "connect" -> command.request(connect());
                case "subscribe" -> command.request(subscribe());
                case "unsubscribe" -> command.request(new UnsubscribeRequest(onlyText("channel")));
                case "publish" -> command.request(publish());
                case "presence" -> command.request(new PresenceRequest(onlyText("channel")));
                case "presence_stats" ->
                        command.request(new PresenceStatsRequest(onlyText("channel")));
                case "history" -> command.request(history());
                case "ping" -> {
                    in.emptyObject();
                    command.request(new PingRequest());
                }
                case "send" -> command.request(send());
                case "rpc" -> command.request(rpc());
                case "refresh" -> command.request(new RefreshRequest(onlyText("token")));
                case "sub_refresh" -> command.request(subRefresh());
                default -> in.skip();
            }
        }
        return command.build();
    }

    ConnectRequest connect() throws IOException, BadFrameException {
        String token = "";
        Payload data = Payload.EMPTY;
        Map<String, SubscribeRequest> subs = Map.of();
        String client = "";
        String version = "";
        Map<String, String> headers = Map.of();
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "token" -> token = in.text();
                case "data" -> data = in.payload();
                case "subs" -> subs = map(this::subscribe);
                case "name" -> client = in.text();
                case "version" -> version = in.text();
                case "headers" -> headers = map(in::text);
                default -> in.skip();
            }
        }
        return new ConnectRequest(token, data, subs, client, version, headers);
    }

    private SubscribeRequest subscribe() throws IOException, BadFrameException {
        SubscribeRequestBuilder sub = new SubscribeRequestBuilder();
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "channel" -> sub.channel = in.text();
                case "token" -> sub.token = in.text();
                case "recover" -> sub.recover = in.bool();
                case "epoch" -> sub.epoch = in.text();
                case "offset" -> sub.offset = in.uint64();
                case "data" -> sub.data = in.payload();
                case "positioned" -> sub.positioned = in.bool();
                case "recoverable" -> sub.recoverable = in.bool();
                case "join_leave" -> sub.joinLeave = in.bool();
                case "delta" -> sub.delta = in.text();
                case "tf" -> sub.filter = filter(1);
                case "flag" -> sub.flag = in.int64();
                case "type" -> sub.type = in.int32();
                default -> in.skip();
            }
        }
        return sub.build();
    }

    private FilterNode filter(int depth) throws IOException, BadFrameException {
        FilterNode.checkDepth(depth);
        String op = "";
        String key = "";
        String cmp = "";
        String value = "";
        List<String> values = List.of();
        List<FilterNode> nodes = List.of();
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "op" -> op = in.text();
                case "key" -> key = in.text();
                case "cmp" -> cmp = in.text();
                case "val" -> value = in.text();
                case "vals" -> values = list(in::text);
                case "nodes" -> nodes = list(() -> filter(depth + 1));
                default -> in.skip();
            }
        }
        return new FilterNode(op, key, cmp, value, values, nodes);
    }

    /** A request with a single field, a string. */
    private String onlyText(String field) throws IOException, BadFrameException {
        String text = "";
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (name.equals(field)) {
                text = in.text();
            } else {
                in.skip();
            }
        }
        return text;
    }

    private PublishRequest publish() throws IOException, BadFrameException {
        String channel = "";
        Payload data = Payload.EMPTY;
        boolean isJson = false;
        int type = 0;
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "channel" -> channel = in.text();
                case "data" -> {
                    data = in.payload();
                    isJson = in.wasJson();
                }
                case "type" -> type = in.int32();
                default -> in.skip();
            }
        }
        return new PublishRequest(channel, data, isJson, type);
    }

    private HistoryRequest history() throws IOException, BadFrameException {
        String channel = "";
        int limit = 0;
        @Nullable StreamPosition since = null;
        boolean reverse = false;
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "channel" -> channel = in.text();
                case "limit" -> limit = in.int32();
                case "since" -> since = position();
                case "reverse" -> reverse = in.bool();
                default -> in.skip();
            }
        }
        return new HistoryRequest(channel, limit, since, reverse);
    }

    private StreamPosition position() throws IOException, BadFrameException {
        long offset = 0;
        String epoch = "";
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "offset" -> offset = in.uint64();
                case "epoch" -> epoch = in.text();
                default -> in.skip();
            }
        }
        return SubscribeRequestBuilder.position(offset, epoch);
    }

    private SendRequest send() throws IOException, BadFrameException {
        Payload data = Payload.EMPTY;
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "data" -> data = in.payload();
                default -> in.skip();
            }
        }
        return new SendRequest(data);
    }

    private RpcRequest rpc() throws IOException, BadFrameException {
        String method = "";
        Payload data = Payload.EMPTY;
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "data" -> data = in.payload();
                case "method" -> method = in.text();
                default -> in.skip();
            }
        }
        return new RpcRequest(method, data);
    }

    private SubRefreshRequest subRefresh() throws IOException, BadFrameException {
        String channel = "";
        String token = "";
        int type = 0;
        in.startObject();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "channel" -> channel = in.text();
                case "token" -> token = in.text();
                case "type" -> type = in.int32();
                default -> in.skip();
            }
        }
        return new SubRefreshRequest(channel, token, type);
    }

    private interface Value<T> {
        T read() throws IOException, BadFrameException;
    }

    private <T> Map<String, T> map(Value<T> value) throws IOException, BadFrameException {
        Map<String, T> map = new LinkedHashMap<>();
        in.startObject();
        for (String key = in.nextKey(); key != null; key = in.nextKey()) {
            map.put(key, value.read());
        }
        return Collections.unmodifiableMap(map);
    }

    private <T> List<T> list(Value<T> value) throws IOException, BadFrameException {
        List<T> list = new ArrayList<>();
        in.startArray();
        while (in.nextElement()) {
            list.add(value.read());
        }
        return Collections.unmodifiableList(list);
    }
}
