package io.hawser.server.session;

import io.hawser.grid.presence.MemberList;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.JsonData;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The commands about a channel that do not change subscriptions. Confined to the I/O thread. */
final class ChannelCommands {
    private static final Payload NOTHING = Payload.of("{}");

    private final SessionContext context;
    private final ClientSession session;
    private final Subscriptions subscriptions;

    ChannelCommands(SessionContext context, ClientSession session, Subscriptions subscriptions) {
        this.context = context;
        this.session = session;
        this.subscriptions = subscriptions;
    }

    void publish(int id, Request.PublishRequest request) {
        ChannelOptions options = options(id, request.channel());
        if (options == null) {
            return;
        }
        if (request.type() != 0) {
            session.out().fail(id, ErrorCode.NOT_AVAILABLE);
            return;
        }
        Payload data =
                request.isJson() && options.dataFormat() != ChannelOptions.DataFormat.BINARY
                        ? JsonData.known(request.data())
                        : checked(request.data(), options);
        publish(id, request.channel(), data, options, null, new Result.PublishResult());
    }

    /** The same as a call, whose answer says no more than that of a publish. */
    void publish(int id, Request.KeyedPublishRequest request) {
        ChannelOptions options = options(id, request.channel());
        if (options != null) {
            publish(
                    id,
                    request.channel(),
                    checked(request.data(), options),
                    options,
                    ownKey(request.idempotencyKey()),
                    new Result.RpcResult(NOTHING));
        }
    }

    /** Somebody else's key must not keep a publication from being stored. */
    private String ownKey(String key) {
        String user = session.user();
        return user.length() + ":" + user + ":" + key;
    }

    private void publish(
            int id,
            String channel,
            @Nullable Payload data,
            ChannelOptions options,
            @Nullable String key,
            Result done) {
        if (!context.policy().mayPublish(options, subscriptions.joined(channel))) {
            session.out().fail(id, ErrorCode.PERMISSION_DENIED);
            return;
        }
        if (data == null) {
            session.out().fail(id, ErrorCode.BAD_REQUEST);
            return;
        }
        var publication =
                new Publication(
                        0,
                        data,
                        session.info(subscriptions.info(channel)),
                        Map.of(),
                        context.nowMs());
        var how = new PublishOptions(options.history(), key, null, options.priority());
        answer(
                id,
                options,
                context.broker().publish(channel, publication, how),
                result -> {
                    context.counters().published.increment();
                    session.out().reply(id, done);
                });
    }

    /** The data as it goes out, or null if the channel's format does not allow it. */
    static @Nullable Payload checked(Payload data, ChannelOptions options) {
        if (options.dataFormat() == ChannelOptions.DataFormat.BINARY) {
            return data;
        }
        return switch (JsonData.check(data)) {
            case JsonData.Valid valid -> valid.payload();
            case JsonData.Invalid invalid -> null;
        };
    }

    void history(int id, Request.HistoryRequest request) {
        ChannelOptions options = options(id, request.channel());
        if (options == null) {
            return;
        }
        if (!options.history().enabled()) {
            session.out().fail(id, ErrorCode.NOT_AVAILABLE);
            return;
        }
        boolean subscribed = subscriptions.joined(request.channel());
        if (!context.policy().mayReadHistory(options, subscribed)) {
            session.out().fail(id, ErrorCode.PERMISSION_DENIED);
            return;
        }
        int most = context.client().historyMaxPublications();
        int limit = request.limit() < 0 ? most : Math.min(request.limit(), most);
        var query = new HistoryQuery(request.since(), limit, request.reverse());
        answer(
                id,
                options,
                context.broker().history(request.channel(), query, options.history()),
                history -> replyHistory(id, request.since(), history));
    }

    private void replyHistory(int id, @Nullable StreamPosition since, History history) {
        boolean otherEpoch =
                since != null
                        && !since.epoch().isEmpty()
                        && !since.epoch().equals(history.top().epoch());
        if (otherEpoch) {
            session.out().fail(id, ErrorCode.UNRECOVERABLE_POSITION);
        } else {
            session.out()
                    .reply(id, new Result.HistoryResult(history.publications(), history.top()));
        }
    }

    void presence(int id, Request.PresenceRequest request) {
        ChannelOptions options = withPresence(id, request.channel());
        if (options != null) {
            answer(
                    id,
                    options,
                    context.presence().members(request.channel(), options.presenceMaxMembers()),
                    members -> replyPresence(id, members));
        }
    }

    private void replyPresence(int id, MemberList members) {
        switch (members) {
            case MemberList.Complete all ->
                    session.out().reply(id, new Result.PresenceResult(all.byClient()));
            case MemberList.TooMany _ -> session.out().fail(id, ErrorCode.LIMIT_EXCEEDED);
        }
    }

    void presenceStats(int id, Request.PresenceStatsRequest request) {
        ChannelOptions options = withPresence(id, request.channel());
        if (options != null) {
            answer(
                    id,
                    options,
                    context.presence().stats(request.channel()),
                    stats ->
                            session.out()
                                    .reply(
                                            id,
                                            new Result.PresenceStatsResult(
                                                    stats.clients(), stats.users())));
        }
    }

    /** The channel's options; null if the client may not ask, and has been answered already. */
    private @Nullable ChannelOptions withPresence(int id, String channel) {
        ChannelOptions options = options(id, channel);
        if (options == null) {
            return null;
        }
        if (!options.presence()) {
            session.out().fail(id, ErrorCode.NOT_AVAILABLE);
            return null;
        }
        if (!context.policy().mayAskPresence(options, subscriptions.joined(channel))) {
            session.out().fail(id, ErrorCode.PERMISSION_DENIED);
            return null;
        }
        return options;
    }

    /** The channel's options; null if the client has been answered already. */
    private @Nullable ChannelOptions options(int id, String channel) {
        if (channel.isEmpty()) {
            session.disconnect(Disconnect.BAD_REQUEST);
            return null;
        }
        ChannelOptions options = context.policy().options(channel);
        if (options == null) {
            session.out().fail(id, ErrorCode.UNKNOWN_CHANNEL);
        }
        return options;
    }

    /**
     * Answers on the connection's I/O thread, whichever thread the stage completes on.
     *
     * @param about options of the channel that was asked about
     */
    private <T> void answer(
            int id, ChannelOptions about, CompletionStage<T> stage, Consumer<T> success) {
        stage.whenComplete(
                (value, failure) ->
                        session.connection()
                                .execute(
                                        () -> {
                                            if (failure != null) {
                                                session.out().fail(id, error(failure));
                                            } else {
                                                success.accept(value);
                                            }
                                        },
                                        about));
    }

    /** What a client is told about a failure further in. */
    static ErrorCode error(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (!(cause instanceof BrokerException broker)) {
            return ErrorCode.INTERNAL;
        }
        return switch (broker.reason()) {
            case QUEUE_FULL -> ErrorCode.TOO_MANY_REQUESTS;
            case KEYS_FULL -> ErrorCode.TOO_MANY_KEYS;
            case POSITIONS_FULL -> ErrorCode.TOO_MANY_POSITIONS;
            case UNAVAILABLE, FAILED -> ErrorCode.INTERNAL;
        };
    }
}
