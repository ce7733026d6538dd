package io.hawser.server.session;

import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.filter.BadFilterException;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.FilterNode;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.SubscriptionToken;
import io.hawser.server.security.TokenCheck;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands by which a client subscribes, unsubscribes and renews a subscription. Confined to
 * the I/O thread.
 */
final class SubscribeCommands {
    private static final Logger log = LoggerFactory.getLogger(SubscribeCommands.class);

    /** The only kind of subscription there is. */
    private static final int STREAM = 0;

    private final SessionContext context;
    private final ClientSession session;
    private final Subscriptions subscriptions;

    SubscribeCommands(SessionContext context, ClientSession session, Subscriptions subscriptions) {
        this.context = context;
        this.session = session;
        this.subscriptions = subscriptions;
    }

    void subscribe(int id, Request.SubscribeRequest request) {
        String channel = request.channel();
        if (channel.isEmpty()) {
            session.disconnect(Disconnect.BAD_REQUEST);
            return;
        }
        ErrorCode refusal = subscriptions.refusal(channel);
        ChannelOptions options = context.policy().options(channel);
        if (refusal == null && options == null) {
            refusal = ErrorCode.UNKNOWN_CHANNEL;
        }
        if (refusal != null || options == null) {
            session.out().fail(id, refusal == null ? ErrorCode.UNKNOWN_CHANNEL : refusal);
            return;
        }
        Grant grant = grant(id, request, options);
        if (grant == null) {
            return;
        }
        if (request.type() != STREAM || subscriptions.isForeignFormat(options)) {
            session.out().fail(id, ErrorCode.NOT_AVAILABLE);
            return;
        }
        var wish =
                new SubscriptionFlags.Wish(
                        request.recoverable() || request.recover(),
                        request.positioned(),
                        request.joinLeave());
        var flags = SubscriptionFlags.of(options, grant.overrides, wish);
        Selection selection = selection(id, request, options, flags);
        if (selection == null) {
            return;
        }
        var subscription =
                new Subscription(
                        channel, options, false, grant.info, flags, selection, grant.expiresAtMs);
        subscriptions.join(
                subscription,
                since(request, subscription),
                joined -> replySubscribed(id, request, subscription, grant.data, joined),
                error -> session.out().fail(id, error));
    }

    /** What of the channel the client is to get, or null if it has been answered already. */
    private @Nullable Selection selection(
            int id,
            Request.SubscribeRequest request,
            ChannelOptions options,
            SubscriptionFlags flags) {
        FilterNode filter = request.filter();
        if (filter == null) {
            return Selection.of(options, flags, request.delta(), null);
        }
        try {
            if (options.allowTagsFilter()) {
                return Selection.of(options, flags, request.delta(), TagFilter.compile(filter));
            }
            log.debug("client {} sent a tags filter where none is allowed", session.client());
        } catch (BadFilterException e) {
            log.debug("client {} sent a bad tags filter: {}", session.client(), e.getMessage());
        }
        session.out().fail(id, ErrorCode.BAD_REQUEST);
        return null;
    }

    /** Who allowed a subscription, and on which terms. */
    private record Grant(Payload info, Payload data, ChannelOverrides overrides, long expiresAtMs) {
        static final Grant PLAIN =
                new Grant(Payload.EMPTY, Payload.EMPTY, ChannelOverrides.NONE, 0);
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
        session.out().fail(id, ErrorCode.PERMISSION_DENIED);
        return null;
    }

    private @Nullable Grant grantByToken(int id, Request.SubscribeRequest request) {
        SubscriptionToken token = verified(id, request.channel(), request.token());
        return token == null
                ? null
                : new Grant(
                        token.info(),
                        token.data(),
                        token.overrides(),
                        SessionContext.millis(token.expireAt()));
    }

    private @Nullable SubscriptionToken verified(int id, String channel, String token) {
        switch (context.tokens().verifySubscription(token, context.clock().instant())) {
            case TokenCheck.Valid<SubscriptionToken> valid -> {
                SubscriptionToken shown = TokenData.shown(valid.token());
                if (shown != null && isFor(shown, channel)) {
                    return shown;
                }
                session.disconnect(Disconnect.INVALID_TOKEN);
            }
            case TokenCheck.Expired<SubscriptionToken> expired ->
                    session.out().fail(id, ErrorCode.TOKEN_EXPIRED);
            case TokenCheck.Invalid<SubscriptionToken> invalid ->
                    session.out().fail(id, ErrorCode.PERMISSION_DENIED);
        }
        return null;
    }

    private boolean isFor(SubscriptionToken token, String channel) {
        return token.user().equals(session.user())
                && token.channel().equals(channel)
                && (token.client() == null || token.client().equals(session.client()));
    }

    private static @Nullable StreamPosition since(
            Request.SubscribeRequest request, Subscription subscription) {
        return request.recover() && subscription.flags.recoverable() ? request.since() : null;
    }

    private void replySubscribed(
            int id,
            Request.SubscribeRequest request,
            Subscription subscription,
            Payload data,
            JoinResult joined) {
        boolean unrecoverable = subscription.recovering(request.recover()) && !joined.recovered();
        if (unrecoverable && request.rejectUnrecovered()) {
            subscriptions.remove(subscription);
            session.out().fail(id, ErrorCode.UNRECOVERABLE_POSITION);
            return;
        }
        session.out()
                .reply(
                        id,
                        subscriptions.result(subscription, joined, request.recover(), data),
                        subscription.options);
    }

    void unsubscribe(int id, Request.UnsubscribeRequest request) {
        if (request.channel().isEmpty()) {
            session.disconnect(Disconnect.BAD_REQUEST);
            return;
        }
        Subscription subscription = subscriptions.find(request.channel());
        if (subscription == null) {
            session.out().reply(id, new Result.UnsubscribeResult());
        } else {
            subscriptions.remove(subscription);
            session.out().reply(id, new Result.UnsubscribeResult(), subscription.options);
        }
    }

    void refresh(int id, Request.SubRefreshRequest request) {
        Subscription subscription = subscriptions.find(request.channel());
        if (subscription == null) {
            session.out().fail(id, ErrorCode.PERMISSION_DENIED);
            return;
        }
        if (request.type() != STREAM) {
            session.out().fail(id, ErrorCode.NOT_AVAILABLE);
            return;
        }
        SubscriptionToken token = verified(id, request.channel(), request.token());
        if (token != null) {
            subscription.expiresAtMs = SessionContext.millis(token.expireAt());
            subscriptions.noteExpiry(subscription.expiresAtMs);
            session.out()
                    .reply(
                            id,
                            new Result.SubRefreshResult(context.expiry(subscription.expiresAtMs)));
        }
    }
}
