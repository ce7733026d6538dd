package io.hawser.server.session;

import io.hawser.grid.delivery.ResumePoint;
import io.hawser.grid.presence.Announcement;
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

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One session's subscriptions: joining, leaving, expiry. Who may subscribe, and what is answered,
 * is for {@link SubscribeCommands} and {@link ServerSubscriptions}. Confined to the I/O thread.
 */
final class Subscriptions {
    private final SessionContext context;
    private final ClientSession session;
    private final Positions positions;
    private final Map<String, Subscription> byChannel = new HashMap<>(4);

    /** No subscription expires before this time; 0 if none expires at all. */
    private long nextExpiryMs;

    Subscriptions(SessionContext context, ClientSession session) {
        this.context = context;
        this.session = session;
        this.positions = new Positions(context, session);
    }

    /** The subscription to a channel, joined or joining; null if there is none. */
    @Nullable Subscription find(String channel) {
        return byChannel.get(channel);
    }

    /** Channels, joined or joining: a copy. */
    List<String> channels() {
        return List.copyOf(byChannel.keySet());
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
            session.out().fail(command.id(), ErrorCode.TOO_MANY_REQUESTS);
        }
        return true;
    }

    /** What stands against a new subscription, whoever asks; null if nothing does. */
    @Nullable ErrorCode refusal(String channel) {
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
    boolean isForeignFormat(ChannelOptions options) {
        return options.dataFormat() == ChannelOptions.DataFormat.BINARY
                && session.connection().encoding() == Encoding.JSON;
    }

    /** What the client is told of a subscription that has joined. */
    Result.SubscribeResult result(
            Subscription subscription, JoinResult joined, boolean recovering, Payload data) {
        SubscriptionFlags flags = subscription.flags;
        boolean resuming = subscription.recovering(recovering);
        boolean told = flags.positioned() || flags.recoverable();
        return new Result.SubscribeResult(
                context.expiry(subscription.expiresAtMs),
                flags.recoverable(),
                told ? joined.position() : StreamPosition.NONE,
                Recovered.of(
                        subscription.channel,
                        joined.publications(),
                        subscription.selection,
                        context.deltas()),
                resuming && joined.recovered(),
                flags.positioned(),
                data,
                resuming && flags.recoverable(),
                subscription.selection.delta());
    }

    // Joining and leaving

    /**
     * Joins the channel.
     *
     * @param since recover from here; null for a fresh start
     * @param success runs when the channel has joined, before anything of it is delivered
     */
    void join(
            Subscription subscription,
            @Nullable StreamPosition since,
            Consumer<JoinResult> success,
            Consumer<ErrorCode> failure) {
        if (!subscription.options.acknowledged()) {
            begin(subscription);
            subscribe(subscription, since, success, failure);
        } else if (session.user().isEmpty()) {
            failure.accept(ErrorCode.NEEDS_USER);
        } else {
            begin(subscription);
            positions.resume(
                    subscription,
                    since,
                    point -> resume(subscription, point, success, failure),
                    why -> onFailed(subscription, why, failure));
        }
    }

    private void begin(Subscription subscription) {
        byChannel.put(subscription.channel, subscription);
        noteExpiry(subscription.expiresAtMs);
    }

    private void resume(
            Subscription subscription,
            ResumePoint point,
            Consumer<JoinResult> success,
            Consumer<ErrorCode> failure) {
        if (byChannel.get(subscription.channel) == subscription) {
            subscription.point = point;
            subscribe(subscription, point.since(), success, failure);
        }
    }

    private void subscribe(
            Subscription subscription,
            @Nullable StreamPosition since,
            Consumer<JoinResult> success,
            Consumer<ErrorCode> failure) {
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
                                        .execute(
                                                () -> onJoined(subscription, result, success),
                                                subscription.options);
                            }

                            @Override
                            public void failed(BrokerException why) {
                                session.connection()
                                        .execute(
                                                () -> onFailed(subscription, why, failure),
                                                subscription.options);
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
        subscription.markJoined(result.position().epoch());
        context.counters().subscriptions.increment();
        positions.joined(subscription, result);
        success.accept(result);
        if (byChannel.get(subscription.channel) == subscription) {
            session.connection()
                    .attach(subscription.channel, subscription.options, subscription.selection);
            announceJoin(subscription);
        }
        runDeferred(subscription);
    }

    private void onFailed(Subscription subscription, Throwable why, Consumer<ErrorCode> failure) {
        if (byChannel.remove(subscription.channel, subscription)) {
            failure.accept(ChannelCommands.error(why));
            runDeferred(subscription);
        }
    }

    /** The client's user has everything of a channel up to here. */
    void acknowledge(int id, Request.AckRequest request) {
        positions.acknowledge(id, request, byChannel.get(request.channel()));
    }

    /** Positions of who is here are kept. */
    void tick(long nowMs) {
        positions.tick(nowMs, byChannel.values());
    }

    private void runDeferred(Subscription subscription) {
        subscription.takeDeferred().forEach(session::dispatch);
    }

    private void announceJoin(Subscription subscription) {
        var info = session.info(subscription.info);
        if (subscription.flags.isMember()) {
            context.presence()
                    .enter(
                            subscription.channel,
                            info,
                            subscription.flags.presence(),
                            announcement(subscription),
                            () -> publish(subscription, new PresenceEvent.Join(info)));
        }
        subscription.announced = true;
    }

    private static Announcement announcement(Subscription subscription) {
        ChannelOptions options = subscription.options;
        return subscription.flags.emitJoinLeave()
                ? new Announcement(options.joinLeaveMaxMembers(), options.joinLeavePerUser())
                : Announcement.NEVER;
    }

    void remove(Subscription subscription) {
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
        if (subscription.announced) {
            announceLeave(subscription);
        }
    }

    private void announceLeave(Subscription subscription) {
        var info = session.info(subscription.info);
        if (subscription.flags.isMember()) {
            context.presence()
                    .leave(
                            subscription.channel,
                            info,
                            () -> publish(subscription, new PresenceEvent.Leave(info)));
        }
    }

    /** On any thread: presence may have to hear first how large the channel is. */
    private void publish(Subscription subscription, PresenceEvent event) {
        context.broker()
                .publishPresence(subscription.channel, event, subscription.options.priority())
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

    /** Something expires at {@code atMs}; 0 for never. */
    void noteExpiry(long atMs) {
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
            tellEnd(subscription, code);
        }
    }

    /** Ends it and tells the client. */
    void tellEnd(Subscription subscription, UnsubscribeCode code) {
        remove(subscription);
        context.counters().unsubscribe(code);
        session.out()
                .push(new Push.UnsubscribePush(subscription.channel, code), subscription.options);
    }
}
