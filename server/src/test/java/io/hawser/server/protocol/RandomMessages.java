package io.hawser.server.protocol;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Random replies and pushes. */
final class RandomMessages {
    private final RandomValues values;

    RandomMessages(RandomValues values) {
        this.values = values;
    }

    Reply reply() {
        int id = Math.max(1, values.integer()) * (values.bool() ? 1 : -1);
        return values.below(5) == 0
                ? new Reply.Failure(
                        id, new ErrorCode(100 + values.below(1900), values.text(), values.bool()))
                : new Reply.Success(id, result());
    }

    private Result result() {
        return switch (values.below(11)) {
            case 0 -> connect();
            case 1 -> subscribe();
            case 2 -> new Result.UnsubscribeResult();
            case 3 -> new Result.PublishResult();
            case 4 -> new Result.PresenceResult(map(this::info));
            case 5 -> new Result.PresenceStatsResult(values.integer(), values.integer());
            case 6 -> new Result.HistoryResult(list(this::publication), position());
            case 7 -> new Result.PingResult();
            case 8 -> new Result.RpcResult(payload());
            case 9 -> new Result.RefreshResult(values.text(), values.text(), expiry());
            default -> new Result.SubRefreshResult(expiry());
        };
    }

    Push push() {
        String channel = values.text();
        return switch (values.below(9)) {
            case 0 -> new Push.PublicationPush(channel, publication());
            case 1 -> new Push.JoinPush(channel, info());
            case 2 -> new Push.LeavePush(channel, info());
            case 3 ->
                    new Push.UnsubscribePush(
                            channel, new UnsubscribeCode(2000 + values.below(1000), "why"));
            case 4 ->
                    new Push.SubscribePush(
                            channel, values.bool(), position(), values.bool(), payload());
            case 5 -> new Push.MessagePush(payload());
            case 6 -> new Push.ConnectPush(connect());
            case 7 -> new Push.DisconnectPush(new Disconnect(3000 + values.below(2000), "why"));
            default -> new Push.RefreshPush(expiry());
        };
    }

    private Result.ConnectResult connect() {
        return new Result.ConnectResult(
                values.text(),
                values.text(),
                expiry(),
                payload(),
                map(this::subscribe),
                values.integer(),
                values.bool(),
                values.text(),
                values.text(),
                values.number());
    }

    private Result.SubscribeResult subscribe() {
        return new Result.SubscribeResult(
                expiry(),
                values.bool(),
                position(),
                list(this::sent),
                values.bool(),
                values.bool(),
                payload(),
                values.bool(),
                values.bool());
    }

    /** Without delta: what JSON makes of data depends on it, which the schema does not know. */
    private SentPublication sent() {
        return SentPublication.plain(publication());
    }

    private Publication publication() {
        return new Publication(
                values.number(),
                payload(),
                values.bool() ? info() : null,
                map(values::text),
                values.number());
    }

    private ClientInfo info() {
        return new ClientInfo(values.text(), values.text(), payload(), payload());
    }

    private StreamPosition position() {
        return new StreamPosition(values.number(), values.text());
    }

    private Expiry expiry() {
        return new Expiry(values.bool(), values.integer());
    }

    private Payload payload() {
        return values.bool() ? Payload.EMPTY : Payload.of(values.json());
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = values.below(4); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private <T> Map<String, T> map(Supplier<T> value) {
        Map<String, T> map = new LinkedHashMap<>();
        for (int i = values.below(4); i > 0; i--) {
            map.put(values.text(), value.get());
        }
        return map;
    }
}
