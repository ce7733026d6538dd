package io.hawser.server.api;

import io.hawser.grid.presence.MemberList;
import io.hawser.grid.presence.PresenceStats;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.http.InvalidFieldException;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.JsonData;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.security.TokenSubscription;
import io.hawser.server.session.ClusterCommand;
import io.hawser.server.session.ClusterCommandCodec;
import io.hawser.server.session.Continuity;
import io.hawser.server.session.SessionCounters;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What backends may do: publish, read, and control clients on whichever nodes they are. Free of any
 * transport. Thread-safe; nothing blocks, and no stage fails: what goes wrong is an error reply.
 */
public final class ServerApi {
    /** Commands of one broadcast or parallel batch under way at once. */
    private static final int WINDOW = 256;

    /** Publications in one history reply, at most; the rest is read by {@code since}. */
    private static final int MAX_HISTORY = 10_000;

    private final Broker broker;
    private final PresenceQuery presence;
    private final ChannelPolicy policy;
    private final SessionCounters counters;
    private final Census census;
    private final int channelMaxBytes;
    private final Continuity continuity;
    private final InstantSource clock;

    /**
     * @param presence who is in a channel
     * @param survey asks all nodes
     * @param channelMaxBytes longest channel name, in bytes of UTF-8
     * @param continuity forgets the subscriptions of those who are away
     */
    public ServerApi(
            Broker broker,
            PresenceQuery presence,
            ChannelPolicy policy,
            SessionCounters counters,
            NodeSurvey survey,
            int channelMaxBytes,
            Continuity continuity,
            InstantSource clock) {
        this.continuity = continuity;
        this.broker = broker;
        this.presence = presence;
        this.policy = policy;
        this.counters = counters;
        this.census = new Census(survey);
        this.channelMaxBytes = channelMaxBytes;
        this.clock = clock;
    }

    /**
     * Does what is asked. Requests of one thread begin in the order of the calls. What is done to
     * clients (subscribe, unsubscribe, disconnect, refresh) comes behind what was published and
     * answered before, see {@link Broker}; a publish that is not answered yet may be overtaken.
     */
    public CompletionStage<ApiReply> call(ApiRequest request) {
        return switch (request) {
            case ApiRequest.Invalid invalid -> failed(invalid.error());
            case ApiRequest.Publish publish ->
                    publish(publish)
                            .thenCompose(reply -> reached(List.of(publish), List.of(reply)))
                            .thenApply(List::getFirst);
            case ApiRequest.Broadcast broadcast -> broadcast(broadcast);
            case ApiRequest.Subscribe subscribe -> subscribe(subscribe);
            case ApiRequest.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case ApiRequest.DisconnectUser disconnect -> disconnect(disconnect);
            case ApiRequest.Refresh refresh -> refresh(refresh);
            case ApiRequest.AskPresence ask -> presence(ask);
            case ApiRequest.AskPresenceStats ask -> presenceStats(ask);
            case ApiRequest.ReadHistory read -> history(read);
            case ApiRequest.RemoveHistory remove -> removeHistory(remove);
            case ApiRequest.ListChannels list -> ApiReply.when(census.channels(list.pattern()));
            case ApiRequest.ListNodes list -> ApiReply.when(census.nodes());
            case ApiRequest.Batch batch -> batch(batch);
        };
    }

    // Publishing

    private CompletionStage<ApiReply> publish(ApiRequest.Publish request) {
        return inChannel(
                request.channel(),
                options -> {
                    if (request.priority() != null && options.history().enabled()) {
                        return failed(ORDER_IS_FIXED);
                    }
                    return switch (checked(request.data(), options)) {
                        case JsonData.Invalid invalid -> failed(badData("data", invalid));
                        case JsonData.Valid valid -> publish(request, valid.payload(), options);
                    };
                });
    }

    private CompletionStage<ApiReply> publish(
            ApiRequest.Publish request, Payload data, ChannelOptions options) {
        Priority own = request.priority();
        var publication = new Publication(0, data, null, request.tags(), clock.millis(), own);
        HistoryOptions history =
                request.skipHistory() ? options.history().skipped() : options.history();
        return ApiReply.when(
                broker.publish(
                                request.channel(),
                                publication,
                                new PublishOptions(
                                        history,
                                        request.idempotencyKey(),
                                        request.version(),
                                        own != null ? own : options.priority()))
                        .thenApply(
                                result -> {
                                    if (!result.suppressed()) {
                                        counters.published.increment();
                                    }
                                    return ApiResult.Published.of(result);
                                }));
    }

    private static final ErrorCode ORDER_IS_FIXED =
            new InvalidFieldException(
                            "priority: the channel has history, which keeps its order; the"
                                    + " namespace's priority holds")
                    .error();

    private static JsonData checked(Payload data, ChannelOptions options) {
        return options.dataFormat() == ChannelOptions.DataFormat.BINARY
                ? new JsonData.Valid(data)
                : JsonData.check(data);
    }

    private static ErrorCode badData(String field, JsonData.Invalid invalid) {
        return new InvalidFieldException(field + ": " + invalid.problem()).error();
    }

    private CompletionStage<ApiReply> broadcast(ApiRequest.Broadcast request) {
        return Windowed.map(request.publishes(), WINDOW, this::publish)
                .thenCompose(replies -> reached(request.publishes(), replies))
                .thenApply(replies -> ApiReply.of(new ApiResult.Broadcasted(replies)));
    }

    /**
     * The replies, with whom each publication went to if that was asked: of all of them at once.
     */
    private CompletionStage<List<ApiReply>> reached(
            List<ApiRequest.Publish> requests, List<ApiReply> replies) {
        if (!requests.getFirst().ackNodes()) {
            return CompletableFuture.completedFuture(replies);
        }
        Map<String, StreamPosition> published = new LinkedHashMap<>();
        for (int i = 0; i < replies.size(); i++) {
            if (replies.get(i).result() instanceof ApiResult.Published stored) {
                published.put(
                        requests.get(i).channel(),
                        new StreamPosition(stored.offset(), stored.epoch()));
            }
        }
        return published.isEmpty()
                ? CompletableFuture.completedFuture(replies)
                : census.reached(published)
                        .thenApply(
                                reached ->
                                        IntStream.range(0, replies.size())
                                                .mapToObj(
                                                        i ->
                                                                reached.on(
                                                                        requests.get(i).channel(),
                                                                        replies.get(i)))
                                                .toList());
    }

    // Users

    private CompletionStage<ApiReply> subscribe(ApiRequest.Subscribe request) {
        return inChannel(
                request.channel(),
                options -> {
                    if (!request.info().isEmpty()
                            && JsonData.check(request.info()) instanceof JsonData.Invalid bad) {
                        return failed(badData("info", bad));
                    }
                    if (!request.data().isEmpty()
                            && checked(request.data(), options) instanceof JsonData.Invalid bad) {
                        return failed(badData("data", bad));
                    }
                    return send(
                            new ClusterCommand.Subscribe(
                                    request.user(),
                                    request.client(),
                                    request.channel(),
                                    new TokenSubscription(
                                            request.info(), request.data(), request.overrides()),
                                    request.recoverSince()));
                });
    }

    private CompletionStage<ApiReply> unsubscribe(ApiRequest.Unsubscribe request) {
        if (request.client().isEmpty()) {
            continuity.forget(request.user(), request.channel());
        }
        var command =
                new ClusterCommand.Unsubscribe(
                        request.user(),
                        request.client(),
                        request.channel(),
                        UnsubscribeCode.SERVER);
        return request.channel().isEmpty()
                ? send(command)
                : inChannel(request.channel(), options -> send(command));
    }

    private CompletionStage<ApiReply> disconnect(ApiRequest.DisconnectUser request) {
        return send(
                new ClusterCommand.DisconnectUser(
                        request.user(), request.client(), request.whitelist(), request.reason()));
    }

    private CompletionStage<ApiReply> refresh(ApiRequest.Refresh request) {
        boolean over = request.expireAtMs() != 0 && request.expireAtMs() <= clock.millis();
        return request.expired() || over
                ? send(
                        new ClusterCommand.DisconnectUser(
                                request.user(), request.client(), Set.of(), Disconnect.EXPIRED))
                : send(
                        new ClusterCommand.Refresh(
                                request.user(), request.client(), request.expireAtMs()));
    }

    private CompletionStage<ApiReply> send(ClusterCommand command) {
        return ApiReply.when(
                broker.sendControl(ClusterCommandCodec.encode(command))
                        .thenApply(sent -> new ApiResult.Done()));
    }

    // Channels

    private CompletionStage<ApiReply> presence(ApiRequest.AskPresence request) {
        return inChannel(
                request.channel(),
                options ->
                        options.presence()
                                ? presence.members(request.channel(), options.presenceMaxMembers())
                                        .thenApply(ServerApi::members)
                                        .exceptionally(ApiReply::ofFailure)
                                : failed(ErrorCode.NOT_AVAILABLE));
    }

    private static ApiReply members(MemberList members) {
        return switch (members) {
            case MemberList.Complete all -> ApiReply.of(members(all.byClient()));
            case MemberList.TooMany _ -> ApiReply.failed(ErrorCode.LIMIT_EXCEEDED);
        };
    }

    private static ApiResult members(Map<String, ClientInfo> membersByClient) {
        var views = new LinkedHashMap<String, ApiResult.ClientView>();
        membersByClient.forEach((client, info) -> views.put(client, ApiResult.ClientView.of(info)));
        return new ApiResult.Members(views);
    }

    private static ApiResult counts(PresenceStats stats) {
        return new ApiResult.MemberCounts(stats.clients(), stats.users());
    }

    private CompletionStage<ApiReply> presenceStats(ApiRequest.AskPresenceStats request) {
        return inChannel(
                request.channel(),
                options ->
                        options.presence()
                                ? ApiReply.when(
                                        presence.stats(request.channel())
                                                .thenApply(ServerApi::counts))
                                : failed(ErrorCode.NOT_AVAILABLE));
    }

    private CompletionStage<ApiReply> history(ApiRequest.ReadHistory request) {
        return inChannel(
                request.channel(),
                options ->
                        options.history().enabled()
                                ? history(request, options)
                                : failed(ErrorCode.NOT_AVAILABLE));
    }

    private CompletionStage<ApiReply> history(
            ApiRequest.ReadHistory request, ChannelOptions options) {
        HistoryQuery asked = request.query();
        int limit = asked.limit() < 0 ? MAX_HISTORY : Math.min(asked.limit(), MAX_HISTORY);
        var query = new HistoryQuery(asked.since(), limit, asked.reverse());
        return broker.history(request.channel(), query, options.history())
                .thenApply(history -> history(asked, history, options))
                .exceptionally(ApiReply::ofFailure);
    }

    private static ApiReply history(HistoryQuery asked, History history, ChannelOptions options) {
        StreamPosition since = asked.since();
        StreamPosition top = history.top();
        boolean otherEpoch =
                since != null && !since.epoch().isEmpty() && !since.epoch().equals(top.epoch());
        if (otherEpoch) {
            return ApiReply.failed(ErrorCode.UNRECOVERABLE_POSITION);
        }
        List<ApiResult.PublicationView> views =
                history.publications().stream()
                        .map(each -> ApiResult.PublicationView.of(each, options.dataFormat()))
                        .toList();
        return ApiReply.of(new ApiResult.Publications(views, top.offset(), top.epoch()));
    }

    private CompletionStage<ApiReply> removeHistory(ApiRequest.RemoveHistory request) {
        return inChannel(
                request.channel(),
                options ->
                        options.history().enabled()
                                ? ApiReply.when(
                                        broker.removeHistory(request.channel(), options.priority())
                                                .thenApply(removed -> new ApiResult.Done()))
                                : failed(ErrorCode.NOT_AVAILABLE));
    }

    // Several at once

    private CompletionStage<ApiReply> batch(ApiRequest.Batch request) {
        return Windowed.map(
                        request.commands(),
                        request.parallel() ? WINDOW : 1,
                        command ->
                                call(command.request())
                                        .thenApply(reply -> batchReply(command.method(), reply)))
                .thenApply(replies -> ApiReply.of(new ApiResult.Batched(replies)));
    }

    private static Map<String, Object> batchReply(String method, ApiReply reply) {
        if (reply.error() != null) {
            return Map.of("error", reply.error());
        }
        return reply.result() == null ? Map.of() : Map.of(method, reply.result());
    }

    // Outcomes

    private static final ErrorCode NO_QUEUES =
            new ErrorCode(
                    ErrorCode.NOT_AVAILABLE.code(),
                    "not available: users have no queues here, see delivery.queue_limit",
                    false);

    private CompletionStage<ApiReply> inChannel(
            String channel, Function<ChannelOptions, CompletionStage<ApiReply>> work) {
        if (channel.getBytes(StandardCharsets.UTF_8).length > channelMaxBytes) {
            String problem = "channel is longer than " + channelMaxBytes + " bytes";
            return failed(new InvalidFieldException(problem).error());
        }
        ChannelOptions options = policy.options(channel);
        if (options == null) {
            return failed(UserQueue.isQueue(channel) ? NO_QUEUES : ErrorCode.UNKNOWN_CHANNEL);
        }
        return work.apply(options);
    }

    private static CompletionStage<ApiReply> failed(ErrorCode error) {
        return CompletableFuture.completedFuture(ApiReply.failed(error));
    }
}
