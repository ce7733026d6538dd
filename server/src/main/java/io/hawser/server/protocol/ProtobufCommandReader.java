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
 * Reads commands by their Protobuf field numbers. Each method reads the message whose fields come
 * next, to its end. For one thread.
 */
final class ProtobufCommandReader {
    private static final SubscribeRequest EMPTY_SUBSCRIBE = new SubscribeRequestBuilder().build();

    private final ProtobufFieldReader in;

    ProtobufCommandReader(ProtobufFieldReader in) {
        this.in = in;
    }

    Command command() throws IOException, BadFrameException {
        CommandBuilder command = new CommandBuilder();
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> command.id(in.int32());
                case 4 -> command.request(in.message(this::connect));
                case 5 -> command.request(in.message(this::subscribe));
                case 6 -> command.request(new UnsubscribeRequest(in.message(this::onlyText)));
                case 7 -> command.request(in.message(this::publish));
                case 8 -> command.request(new PresenceRequest(in.message(this::onlyText)));
                case 9 -> command.request(new PresenceStatsRequest(in.message(this::onlyText)));
                case 10 -> command.request(in.message(this::history));
                case 11 -> command.request(in.message(this::ping));
                case 12 -> command.request(in.message(this::send));
                case 13 -> command.request(in.message(this::rpc));
                case 14 -> command.request(new RefreshRequest(in.message(this::onlyText)));
                case 15 -> command.request(in.message(this::subRefresh));
                default -> in.skip();
            }
        }
        return command.build();
    }

    ConnectRequest connect() throws IOException, BadFrameException {
        String token = "";
        Payload data = Payload.EMPTY;
        Map<String, SubscribeRequest> subs = new LinkedHashMap<>();
        String name = "";
        String version = "";
        Map<String, String> headers = new LinkedHashMap<>();
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> token = in.text();
                case 2 -> data = in.bytes();
                case 3 -> in.entry(subs, EMPTY_SUBSCRIBE, () -> in.message(this::subscribe));
                case 4 -> name = in.text();
                case 5 -> version = in.text();
                case 6 -> in.entry(headers, "", in::text);
                default -> in.skip();
            }
        }
        return new ConnectRequest(
                token,
                data,
                Collections.unmodifiableMap(subs),
                name,
                version,
                Collections.unmodifiableMap(headers));
    }

    private SubscribeRequest subscribe() throws IOException, BadFrameException {
        SubscribeRequestBuilder sub = new SubscribeRequestBuilder();
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> sub.channel = in.text();
                case 2 -> sub.token = in.text();
                case 3 -> sub.recover = in.bool();
                case 6 -> sub.epoch = in.text();
                case 7 -> sub.offset = in.uint64();
                case 8 -> sub.data = in.bytes();
                case 9 -> sub.positioned = in.bool();
                case 10 -> sub.recoverable = in.bool();
                case 11 -> sub.joinLeave = in.bool();
                case 12 -> sub.delta = in.text();
                case 13 -> sub.filter = in.message(() -> filter(1));
                case 14 -> sub.flag = in.int64();
                case 15 -> sub.type = in.int32();
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
        List<String> values = new ArrayList<>();
        List<FilterNode> nodes = new ArrayList<>();
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> op = in.text();
                case 2 -> key = in.text();
                case 3 -> cmp = in.text();
                case 4 -> value = in.text();
                case 5 -> values.add(in.text());
                case 6 -> nodes.add(in.message(() -> filter(depth + 1)));
                default -> in.skip();
            }
        }
        return new FilterNode(
                op,
                key,
                cmp,
                value,
                Collections.unmodifiableList(values),
                Collections.unmodifiableList(nodes));
    }

    /** A request with a single field, a string of number 1. */
    private String onlyText() throws IOException, BadFrameException {
        String text = "";
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> text = in.text();
                default -> in.skip();
            }
        }
        return text;
    }

    private PublishRequest publish() throws IOException, BadFrameException {
        String channel = "";
        Payload data = Payload.EMPTY;
        int type = 0;
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> channel = in.text();
                case 2 -> data = in.bytes();
                case 3 -> type = in.int32();
                default -> in.skip();
            }
        }
        return new PublishRequest(channel, data, false, type);
    }

    private HistoryRequest history() throws IOException, BadFrameException {
        String channel = "";
        int limit = 0;
        @Nullable StreamPosition since = null;
        boolean reverse = false;
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> channel = in.text();
                case 7 -> limit = in.int32();
                case 8 -> since = in.message(this::position);
                case 9 -> reverse = in.bool();
                default -> in.skip();
            }
        }
        return new HistoryRequest(channel, limit, since, reverse);
    }

    private StreamPosition position() throws IOException, BadFrameException {
        long offset = 0;
        String epoch = "";
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> offset = in.uint64();
                case 2 -> epoch = in.text();
                default -> in.skip();
            }
        }
        return SubscribeRequestBuilder.position(offset, epoch);
    }

    private PingRequest ping() throws IOException, BadFrameException {
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            in.skip();
        }
        return new PingRequest();
    }

    private SendRequest send() throws IOException, BadFrameException {
        Payload data = Payload.EMPTY;
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> data = in.bytes();
                default -> in.skip();
            }
        }
        return new SendRequest(data);
    }

    private RpcRequest rpc() throws IOException, BadFrameException {
        Payload data = Payload.EMPTY;
        String method = "";
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> data = in.bytes();
                case 2 -> method = in.text();
                default -> in.skip();
            }
        }
        return new RpcRequest(method, data);
    }

    private SubRefreshRequest subRefresh() throws IOException, BadFrameException {
        String channel = "";
        String token = "";
        int type = 0;
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> channel = in.text();
                case 2 -> token = in.text();
                case 3 -> type = in.int32();
                default -> in.skip();
            }
        }
        return new SubRefreshRequest(channel, token, type);
    }
}
