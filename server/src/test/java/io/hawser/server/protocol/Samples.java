package io.hawser.server.protocol;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

import java.util.List;
import java.util.Map;

/** Messages with every field set, and with none. */
final class Samples {
    static final long TIME_MS = 1_700_000_000_000L;

    static final ClientInfo INFO = new ClientInfo("u", "c1", Payload.of("1"), Payload.of("[2]"));
    static final Publication PUBLICATION =
            new Publication(8, Payload.of("{\"a\":1}"), INFO, Map.of("k", "v"), TIME_MS);
    static final Publication SMALL = new Publication(9, Payload.of("2"), null, Map.of(), 0);

    static final Result.SubscribeResult SUBSCRIBE =
            new Result.SubscribeResult(
                    Expiry.inSeconds(60),
                    true,
                    new StreamPosition(9, "e"),
                    List.of(SentPublication.plain(PUBLICATION), SentPublication.plain(SMALL)),
                    true,
                    true,
                    Payload.of("\"d\""),
                    true,
                    false);
    static final Result.SubscribeResult EMPTY_SUBSCRIBE = subscribedAt(StreamPosition.NONE);

    static final Result.ConnectResult CONNECT =
            new Result.ConnectResult(
                    "c1",
                    "0.1",
                    Expiry.inSeconds(60),
                    Payload.of("{\"a\":1}"),
                    Map.of("news", subscribedAt(new StreamPosition(0, "e"))),
                    25,
                    true,
                    "s",
                    "n",
                    TIME_MS);
    static final Result.ConnectResult EMPTY_CONNECT =
            new Result.ConnectResult(
                    "", "", Expiry.NEVER, Payload.EMPTY, Map.of(), 0, false, "", "", 0);

    static final Push.SubscribePush SUBSCRIBE_PUSH =
            new Push.SubscribePush("news", true, new StreamPosition(9, "e"), true, Payload.of("3"));

    private Samples() {}

    private static Result.SubscribeResult subscribedAt(StreamPosition position) {
        return new Result.SubscribeResult(
                Expiry.NEVER,
                false,
                position,
                List.of(),
                false,
                false,
                Payload.EMPTY,
                false,
                false);
    }
}
