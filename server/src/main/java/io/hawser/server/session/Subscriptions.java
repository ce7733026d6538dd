package io.hawser.server.session;

import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.Subscriber;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.Command;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.SubscriptionToken;
import io.hawser.server.security.TokenCheck;
import io.hawser.server.security.TokenSubscription;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One session's subscriptions: who may, joining, leaving, expiry. Confined to the I/O thread. */
final class Subscriptions {
    private final SessionContext context;
    private final ClientSession session;
    private final Map<String, Subscription> byChannel = new HashMap<>(4);

    /** No subscription expires before this time; 0 if none expires at all. */
    private long nextExpiryMs;

    Subscriptions(SessionContext context, ClientSession session) {
        this.context = context;
        this.session = session;
    }

    /** True once the channel's join has been answered. */
    boolean joined(String channel) {
        Subscription subscription = byChannel.get(channel);
        return subscription != null && subscription.joined();
    }

    /** The subscription's application data, as publications show it. */
    Payload info(String channel) {
        Subscription subscription = byChannel.get(channel);
        return subscription == null ? Payload.EMPTY : subscription.info;
    }

    /**
     * True if the command waits behind its channel's join, or has been refused because too many do.
     * A second subscribe does not wait: it is wrong whatever the first one's answer.
     */
    boolean deferred(Command command) {
        Subscription subscription = byChannel.get(command.request().channel());
        if (subscription == null || subscription.joined()) {
            return false;
        }
        if (command.request() instanceof Request.SubscribeRequest && !subscription.hasDeferred()) {
            return false;
        }
        if (!subscription.defer(command)) {
            session.fail(command.id(), ErrorCode.TOO_MANY_REQUESTS);
        }
        return true;
    }

    // Asked for by the client

    void subscribe(int id, Request.SubscribeRequest request) {
        String channel = request.channel();
        if (channel.isEmpty()) {
            session.disconnect(Disconnect.BAD_REQUEST);
            return;
        }
        ErrorCode refusal = refusal(channel);
        ChannelOptions options = context.policy().options(channel);
        if (refusal == null && options == null) {
            refusal = ErrorCode.UNKNOWN_CHANNEL;
        }
        if (refusal != null || options == null) {
            session.fail(id, refusal == null ? ErrorCode.UNKNOWN_CHANNEL : refusal);
            return;
        }
        Grant grant = grant(id, request, options);
        if (grant == null) {
            return;
        }
        if (isForeignFormat(options)) {
            session.fail(id, ErrorCode.NOT_AVAILABLE);
            return;
        }
        var wish =
                new SubscriptionFlags.Wish(
                        request.recoverable() || request.recover(),
                        request.positioned(),
                        request.joinLeave());
        var subscription =
                new Subscription(
                        channel,
                        options,
                        false,
                        grant.info,
                        SubscriptionFlags.of(options, grant.overrides, wish),
                        grant.expiresAtMs);
        join(
                subscription,
                since(request, subscription),
                joined -> replySubscribed(id, request, subscription, joined),
                error -> session.fail(id, error));
    }

    /** What stands against a new subscription, whoever asks; null if nothing does. */
    private @Nullable ErrorCode refusal(String channel) {
        if (utf8Length(channel) > context.client().channelMaxLength()) {
            return ErrorCode.BAD_REQUEST;
        }
        if (byChannel.containsKey(channel)) {
            return ErrorCode.ALREADY_SUBSCRIBED;
        }
        return byChannel.size() >= context.client().channelLimit()
                ? ErrorCode.LIMIT_EXCEEDED
                : null;
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Binary data cannot travel inside JSON. */
    private boolean isForeignFormat(ChannelOptions options) {
        return options.dataFormat() == ChannelOptions.DataFormat.BINARY
                && session.connection().encoding() == Encoding.JSON;
    }

    /** Who allowed a subscription, and on which terms. */
    private record Grant(Payload info, ChannelOverrides overrides, long expiresAtMs) {
        static final Grant PLAIN = new Grant(Payload.EMPTY, ChannelOverrides.NONE, 0);
    }

    /** The grant, or null if the client has been answered already. */
    private @Nullable Grant grant(
            int id, Request.SubscribeRequest request, ChannelOptions options) {
        if (!request.token().isEmpty()) {
            return grantByToken(id, request);
        }
        if (context.policy().maySubscribe(request.channel(), session.user(), options)) {
            return Grant.PLAIN;
        }
        session.fail(id, ErrorCode.PERMISSION_DENIED);
        return null;
    }

    private @Nullable Grant grantByToken(int id, Request.SubscribeRequest request) {
        SubscriptionToken token = verified(id, request.channel(), request.token());
        return token == null
                ? null
                : new Grant(
                        token.info(), token.overrides(), ClientSession.millis(token.expireAt()));
    }

    private @Nullable SubscriptionToken verified(int id, String channel, String token) {
        switch (context.tokens().verifySubscription(token, context.clock().instant())) {
            case TokenCheck.Valid<SubscriptionToken> valid -> {
                if (isFor(valid.token(), channel)) {
                    return valid.token();
                }
                session.disconnect(Disconnect.INVALID_TOKEN);
            }
            case TokenCheck.Expired<SubscriptionToken> expired ->
                    session.fail(id, ErrorCode.TOKEN_EXPIRED);
            case TokenCheck.Invalid<SubscriptionToken> invalid ->
                    session.fail(id, ErrorCode.PERMISSION_DENIED);
        }
        return null;
    }

    private boolean isFor(SubscriptionToken token, String channel) {
        return token.user().equals(session.user())
                && token.channel().equals(channel)
                && (token.client() == null || token.client().equals(session.client()))
                && ClientSession.isShowable(token.info());
    }

    private static @Nullable StreamPosition since(
            Request.SubscribeRequest request, Subscription subscription) {
        return request.recover() && subscription.flags.recoverable() ? request.since() : null;
    }

    private void replySubscribed(
            int id,
            Request.SubscribeRequest request,
            Subscription subscription,
            JoinResult joined) {
        boolean unrecoverable = request.recover() && !joined.recovered();
        if (unrecoverable && request.rejectUnrecovered()) {
            remove(subscription);
            session.fail(id, ErrorCode.UNRECOVERABLE_POSITION);
            return;
        }
        session.reply(id, result(subscription, joined, request.recover(), Payload.EMPTY));
    }

    private Result.SubscribeResult result(
            Subscription subscription, JoinResult joined, boolean recovering, Payload data) {
        SubscriptionFlags flags = subscription.flags;
        boolean told = flags.positioned() || flags.recoverable();
        return new Result.SubscribeResult(
                session.expiry(subscription.expiresAtMs),
                flags.recoverable(),
                told ? joined.position() : StreamPosition.NONE,
                joined.publications(),
                recovering && joined.recovered(),
                flags.positioned(),
                data,
                recovering && flags.recoverable());
    }

    void unsubscribe(int id, Request.UnsubscribeRequest request) {
        if (request.channel().isEmpty()) {
            session.disconnect(Disconnect.BAD_REQUEST);
            return;
        }
        Subscription subscription = byChannel.get(request.channel());
        if (subscription != null) {
            remove(subscription);
        }
        session.reply(id, new Result.UnsubscribeResult());
    }

    void refresh(int id, Request.SubRefreshRequest request) {
        Subscription subscription = byChannel.get(request.channel());
        if (subscription == null) {
            session.fail(id, ErrorCode.PERMISSION_DENIED);
            return;
        }
        SubscriptionToken token = verified(id, request.channel(), request.token());
        if (token != null) {
            subscription.expiresAtMs = ClientSession.millis(token.expireAt());
            noteExpiry(subscription.expiresAtMs);
            session.reply(
                    id, new Result.SubRefreshResult(session.expiry(subscription.expiresAtMs)));
        }
    }

    // Server-side subscriptions

    /**
     * Subscribes a connecting client to what its token names.
     *
     * @param positions what the client says it has seen, by channel
     * @param done gets the results by channel, or the first error
     */
    void restore(
            Map<String, TokenSubscription> named,
            Map<String, Request.SubscribeRequest> positions,
            BiConsumer<Map<String, Result.SubscribeResult>, @Nullable ErrorCode> done) {
        var results = new LinkedHashMap<String, Result.SubscribeResult>();
        if (named.isEmpty()) {
            done.accept(results, null);
            return;
        }
        var pending = new Pending(named.size(), results, done);
        named.forEach(
                (channel, terms) -> {
                    Request.SubscribeRequest seen = positions.get(channel);
                    boolean recover = seen != null && seen.recover();
                    joinByServer(
                            channel,
                            terms,
                            seen != null && recover ? seen.since() : null,
                            (subscription, joined) ->
                                    pending.succeeded(
                                            channel,
                                            result(subscription, joined, recover, terms.data())),
                            pending::failed);
                });
    }

    /** Collects the joins of one connect; the first failure answers for all. */
    private static final class Pending {
        private final Map<String, Result.SubscribeResult> results;
        private final BiConsumer<Map<String, Result.SubscribeResult>, @Nullable ErrorCode> done;
        private int open;
        private boolean failed;

        Pending(
                int open,
                Map<String, Result.SubscribeResult> results,
                BiConsumer<Map<String, Result.SubscribeResult>, @Nullable ErrorCode> done) {
            this.open = open;
            this.results = results;
            this.done = done;
        }

        void succeeded(String channel, Result.SubscribeResult result) {
            results.put(channel, result);
            open--;
            if (open == 0 && !failed) {
                done.accept(results, null);
            }
        }

        void failed(ErrorCode error) {
            open--;
            if (!failed) {
                failed = true;
                done.accept(Map.of(), error);
            }
        }
    }

    private void joinByServer(
            String channel,
            TokenSubscription terms,
            @Nullable StreamPosition since,
            BiConsumer<Subscription, JoinResult> success,
            Consumer<ErrorCode> failure) {
        ChannelOptions options = context.policy().options(channel);
        ErrorCode refusal = options == null ? ErrorCode.UNKNOWN_CHANNEL : refusal(channel);
        if (options != null && refusal == null && isForeignFormat(options)) {
            refusal = ErrorCode.NOT_AVAILABLE;
        }
        if (options == null || refusal != null) {
            failure.accept(refusal == null ? ErrorCode.UNKNOWN_CHANNEL : refusal);
            return;
        }
        // A server-side subscriber cannot ask for anything, so it gets what the channel can give.
        var wish = new SubscriptionFlags.Wish(since != null, false, true);
        var subscription =
                new Subscription(
                        channel,
                        options,
                        true,
                        terms.info(),
                        SubscriptionFlags.of(options, terms.overrides(), wish),
                        0);
        join(subscription, since, joined -> success.accept(subscription, joined), failure);
    }

    void subscribeByServer(ClusterCommand.Subscribe command) {
        if (byChannel.containsKey(command.channel())) {
            return;
        }
        joinByServer(
                command.channel(),
                command.terms(),
                command.recoverSince(),
                (subscription, joined) -> {
                    session.push(
                            new Push.SubscribePush(
                                    command.channel(),
                                    subscription.flags.recoverable(),
                                    joined.position(),
                                    subscription.flags.positioned(),
                                    command.terms().data()));
                    // This push, unlike a reply, has no room for what was missed.
                    joined.publications()
                            .forEach(
                                    missed ->
                                            session.push(
                                                    new Push.PublicationPush(
                                                            command.channel(), missed)));
                },
                error -> context.counters().error(error));
    }

    /** An empty channel stands for all. */
    void unsubscribeByServer(String channel, UnsubscribeCode code) {
        if (channel.isEmpty()) {
            List.copyOf(byChannel.keySet()).forEach(each -> unsubscribeByServer(each, code));
            return;
        }
        Subscription subscription = byChannel.get(channel);
        if (subscription != null) {
            remove(subscription);
            session.push(new Push.UnsubscribePush(channel, code));
        }
    }

    // Joining and leaving

    private void join(
            Subscription subscription,
            @Nullable StreamPosition since,
            Consumer<JoinResult> success,
            Consumer<ErrorCode> failure) {
        byChannel.put(subscription.channel, subscription);
        noteExpiry(subscription.expiresAtMs);
        var request =
                new JoinRequest(
                        subscription.options.history(),
                        since,
                        context.client().recoveryMaxPublications());
        context.hub()
                .subscribe(
                        subscription.channel,
                        request,
                        new Subscriber() {
                            @Override
                            public void joined(JoinResult result) {
                                session.connection()
                                        .execute(() -> onJoined(subscription, result, success));
                            }

                            @Override
                            public void failed(BrokerException why) {
                                session.connection()
                                        .execute(() -> onFailed(subscription, why, failure));
                            }
                        });
    }

    private void onJoined(
            Subscription subscription, JoinResult result, Consumer<JoinResult> success) {
        if (byChannel.get(subscription.channel) != subscription) {
            // The client went away, or the server ended the subscription, while it was joining.
            context.hub().unsubscribe(subscription.channel);
            return;
        }
        subscription.markJoined();
        context.counters().subscriptions.increment();
        success.accept(result);
        if (byChannel.get(subscription.channel) == subscription) {
            session.connection().attach(subscription.channel, subscription.flags.pushJoinLeave());
            announceJoin(subscription);
        }
        runDeferred(subscription);
    }

    private void onFailed(
            Subscription subscription, BrokerException why, Consumer<ErrorCode> failure) {
        if (byChannel.remove(subscription.channel, subscription)) {
            failure.accept(ChannelCommands.error(why));
            runDeferred(subscription);
        }
    }

    private void runDeferred(Subscription subscription) {
        subscription.takeDeferred().forEach(session::dispatch);
    }

    private void announceJoin(Subscription subscription) {
        var info = session.info(subscription.info);
        if (subscription.flags.presence()) {
            context.presence().add(subscription.channel, info, subscription.flags.emitJoinLeave());
        }
        if (subscription.flags.emitJoinLeave()) {
            publish(subscription, new PresenceEvent.Join(info));
        }
    }

    private void remove(Subscription subscription) {
        byChannel.remove(subscription.channel);
        release(subscription);
    }

    private void release(Subscription subscription) {
        if (!subscription.joined()) {
            return; // onJoined finds that it is no longer wanted
        }
        context.counters().subscriptions.decrement();
        session.connection().detach(subscription.channel);
        context.hub().unsubscribe(subscription.channel);
        var info = session.info(subscription.info);
        if (subscription.flags.presence()) {
            context.presence().remove(subscription.channel, info.client());
        }
        if (subscription.flags.emitJoinLeave()) {
            publish(subscription, new PresenceEvent.Leave(info));
        }
    }

    private void publish(Subscription subscription, PresenceEvent event) {
        context.broker()
                .publishPresence(subscription.channel, event)
                .whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                context.counters().presenceLost.increment();
                            }
                        });
    }

    /** The session ends: everything is given back, nobody is told. */
    void close() {
        List<Subscription> all = new ArrayList<>(byChannel.values());
        byChannel.clear();
        all.forEach(this::release);
    }

    /** Continuity is lost: the client resubscribes, or reconnects where it cannot. */
    void positionLost(String channel) {
        Subscription subscription = byChannel.get(channel);
        if (subscription != null) {
            end(subscription, UnsubscribeCode.INSUFFICIENT_STATE, Disconnect.INSUFFICIENT_STATE);
        }
    }

    // Expiry

    private void noteExpiry(long atMs) {
        if (atMs != 0 && (nextExpiryMs == 0 || atMs < nextExpiryMs)) {
            nextExpiryMs = atMs;
        }
    }

    /** Ends what was not refreshed in time. */
    void expire(long nowMs, long graceMs) {
        if (nextExpiryMs == 0 || nowMs <= nextExpiryMs + graceMs) {
            return;
        }
        nextExpiryMs = 0;
        for (Subscription subscription : List.copyOf(byChannel.values())) {
            if (subscription.expiresAtMs != 0 && nowMs > subscription.expiresAtMs + graceMs) {
                end(subscription, UnsubscribeCode.EXPIRED, Disconnect.SUBSCRIPTION_EXPIRED);
            } else {
                noteExpiry(subscription.expiresAtMs);
            }
        }
    }

    /**
     * A client can redo its own subscriptions; a server-side one comes back by a new connection.
     */
    private void end(Subscription subscription, UnsubscribeCode code, Disconnect otherwise) {
        if (subscription.serverSide) {
            session.disconnect(otherwise);
        } else {
            remove(subscription);
            session.push(new Push.UnsubscribePush(subscription.channel, code));
        }
    }
}
