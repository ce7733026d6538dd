package io.hawser.server.session;

import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.TokenSubscription;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Subscriptions that the server makes and ends: those named by a connection token, and those of the
 * server API. Confined to the I/O thread.
 */
final class ServerSubscriptions {
    private final SessionContext context;
    private final ClientSession session;
    private final Subscriptions subscriptions;

    ServerSubscriptions(
            SessionContext context, ClientSession session, Subscriptions subscriptions) {
        this.context = context;
        this.session = session;
        this.subscriptions = subscriptions;
    }

    /**
     * Subscribes a connecting client to what its token names, and to what was kept for it as far as
     * that can still be had.
     *
     * @param kept what the server API subscribed it to earlier; what the token names goes first
     * @param positions what the client says it has seen, by channel
     * @param done gets the results by channel, or the first error
     */
    void restore(
            Map<String, TokenSubscription> named,
            Map<String, TokenSubscription> kept,
            Map<String, Request.SubscribeRequest> positions,
            BiConsumer<Map<String, Result.SubscribeResult>, @Nullable ErrorCode> done) {
        var results = new LinkedHashMap<String, Result.SubscribeResult>();
        var all = new LinkedHashMap<>(kept);
        all.putAll(named);
        if (all.isEmpty()) {
            done.accept(results, null);
            return;
        }
        var pending = new Pending(all.size(), results, done);
        all.forEach(
                (channel, terms) -> {
                    Request.SubscribeRequest seen = positions.get(channel);
                    boolean recover = seen != null && seen.recover();
                    join(
                            channel,
                            terms,
                            seen != null && recover ? seen.since() : null,
                            (subscription, joined) ->
                                    pending.succeeded(
                                            channel,
                                            subscriptions.result(
                                                    subscription, joined, recover, terms.data())),
                            error -> {
                                if (named.containsKey(channel)) {
                                    pending.failed(error);
                                } else {
                                    pending.leftOut();
                                }
                            });
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
            leftOut();
        }

        void leftOut() {
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

    private void join(
            String channel,
            TokenSubscription terms,
            @Nullable StreamPosition since,
            BiConsumer<Subscription, JoinResult> success,
            Consumer<ErrorCode> failure) {
        ChannelOptions options = context.policy().options(channel);
        ErrorCode refusal =
                options == null ? ErrorCode.UNKNOWN_CHANNEL : subscriptions.refusal(channel);
        if (options != null && refusal == null && subscriptions.isForeignFormat(options)) {
            refusal = ErrorCode.NOT_AVAILABLE;
        }
        if (options == null || refusal != null) {
            failure.accept(refusal == null ? ErrorCode.UNKNOWN_CHANNEL : refusal);
            return;
        }
        // A server-side subscriber cannot ask for anything, so it gets what the channel can give.
        var wish = new SubscriptionFlags.Wish(since != null, false, true);
        var flags = SubscriptionFlags.of(options, terms.overrides(), wish);
        var subscription =
                new Subscription(
                        channel,
                        options,
                        true,
                        terms.info(),
                        flags,
                        Selection.all(flags.pushJoinLeave()),
                        0);
        subscriptions.join(
                subscription, since, joined -> success.accept(subscription, joined), failure);
    }

    /** Subscribes the client as the server API asks; does nothing if it is subscribed. */
    void subscribe(ClusterCommand.Subscribe command) {
        subscribe(command, () -> context.continuity().subscribed(session, command));
    }

    /** Subscribes a client that has connected to what was kept for it, where it is not yet. */
    void goOn(Map<String, TokenSubscription> kept) {
        kept.forEach(
                (channel, terms) -> {
                    if (session.isConnected()) {
                        subscribe(
                                new ClusterCommand.Subscribe(
                                        session.user(), session.client(), channel, terms, null),
                                () -> {});
                    }
                });
    }

    private void subscribe(ClusterCommand.Subscribe command, Runnable done) {
        if (subscriptions.find(command.channel()) != null) {
            return;
        }
        join(
                command.channel(),
                command.terms(),
                command.recoverSince(),
                (subscription, joined) -> {
                    done.run();
                    session.out()
                            .push(
                                    new Push.SubscribePush(
                                            command.channel(),
                                            subscription.flags.recoverable(),
                                            joined.position(),
                                            subscription.flags.positioned(),
                                            command.terms().data()),
                                    subscription.options);
                    // This push, unlike a reply, has no room for what was missed.
                    joined.publications()
                            .forEach(
                                    missed ->
                                            session.out()
                                                    .push(
                                                            new Push.PublicationPush(
                                                                    command.channel(), missed),
                                                            subscription.options));
                },
                error -> context.counters().error(error));
    }

    /** An empty channel stands for all. */
    void unsubscribe(String channel, UnsubscribeCode code) {
        context.continuity().unsubscribed(session, channel);
        end(channel, code);
    }

    private void end(String channel, UnsubscribeCode code) {
        if (channel.isEmpty()) {
            subscriptions.channels().forEach(each -> end(each, code));
            return;
        }
        Subscription subscription = subscriptions.find(channel);
        if (subscription != null) {
            subscriptions.tellEnd(subscription, code);
        }
    }
}
