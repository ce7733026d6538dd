package io.hawser.server.session;

import io.hawser.grid.delivery.ResumePoint;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * The positions of one session's user in the channels that are acknowledged: where subscriptions go
 * on, and how far they are. Confined to the I/O thread.
 */
final class Positions {
    private static final Logger log = LoggerFactory.getLogger(Positions.class);

    /** After a failure the positions are looked after again so much later. */
    private static final long RETRY_MS = 60_000;

    private final SessionContext context;
    private final ClientSession session;

    /** When positions are to be looked after next, milliseconds since 1970; 0 if there are none. */
    private long touchAtMs;

    Positions(SessionContext context, ClientSession session) {
        this.context = context;
        this.session = session;
    }

    /**
     * Finds where a subscription goes on; its user has a name.
     *
     * @param seen what the client says that it has seen; null if it says nothing
     * @param found runs on the I/O thread, as does {@code failed}
     */
    void resume(
            Subscription subscription,
            @Nullable StreamPosition seen,
            Consumer<ResumePoint> found,
            Consumer<Throwable> failed) {
        ChannelOptions options = subscription.options;
        context.delivery()
                .resume(session.recipient(), subscription.channel, options.history(), seen)
                .whenComplete(
                        (point, failure) ->
                                session.connection()
                                        .execute(
                                                () -> {
                                                    if (failure != null) {
                                                        failed.accept(failure);
                                                    } else {
                                                        found.accept(point);
                                                    }
                                                },
                                                options));
    }

    /** A subscription has joined its channel. */
    void joined(Subscription subscription, JoinResult result) {
        ResumePoint point = subscription.point;
        if (point == null) {
            return;
        }
        context.delivery().resumed(point, result.position(), result.recovered());
        if (touchAtMs == 0) {
            touchAtMs = context.nowMs() + context.delivery().touchEveryMs();
        }
    }

    /**
     * The user has everything up to here.
     *
     * @param id 0 if no reply is wanted
     * @param subscription the channel's; null if there is none
     */
    void acknowledge(int id, Request.AckRequest request, @Nullable Subscription subscription) {
        ErrorCode refusal = refusal(request, subscription);
        if (refusal != null || subscription == null) {
            fail(id, refusal == null ? ErrorCode.PERMISSION_DENIED : refusal);
            return;
        }
        var position = new StreamPosition(request.offset(), subscription.epoch);
        context.delivery()
                .acknowledge(session.recipient(), request.channel(), position)
                .whenComplete(
                        (now, failure) -> {
                            if (id != 0 || failure != null) {
                                session.connection()
                                        .execute(
                                                () -> answer(id, now, failure),
                                                subscription.options);
                            }
                        });
    }

    private void answer(int id, @Nullable StreamPosition now, @Nullable Throwable failure) {
        if (failure != null) {
            fail(id, ChannelCommands.error(failure));
        } else if (now != null) {
            // An epoch is of letters and digits.
            String answer = "{\"offset\":" + now.offset() + ",\"epoch\":\"" + now.epoch() + "\"}";
            session.out().reply(id, new Result.RpcResult(Payload.of(answer)));
        }
    }

    /** What is only sent has no reply; that it was not done is counted. */
    private void fail(int id, ErrorCode error) {
        if (id != 0) {
            session.out().fail(id, error);
        } else {
            context.counters().error(error);
        }
    }

    private @Nullable ErrorCode refusal(
            Request.AckRequest request, @Nullable Subscription subscription) {
        ChannelOptions options = context.policy().options(request.channel());
        if (options == null) {
            return ErrorCode.UNKNOWN_CHANNEL;
        }
        if (!options.acknowledged()) {
            return refused(ErrorCode.NOT_AVAILABLE, "its namespace has no ack: subscriber");
        }
        if (subscription == null || !subscription.joined()) {
            return refused(ErrorCode.PERMISSION_DENIED, "not subscribed to the channel");
        }
        if (!request.epoch().isEmpty() && !request.epoch().equals(subscription.epoch)) {
            return refused(
                    ErrorCode.UNRECOVERABLE_POSITION,
                    "the channel's epoch is " + subscription.epoch);
        }
        StreamPosition seen = context.broker().seen(request.channel());
        boolean beyond =
                seen.epoch().equals(subscription.epoch) && request.offset() > seen.offset();
        return beyond
                ? refused(
                        ErrorCode.BAD_REQUEST,
                        "the channel's newest offset is "
                                + seen.offset()
                                + ", so "
                                + request.offset()
                                + " cannot have come")
                : null;
    }

    private static ErrorCode refused(ErrorCode error, String why) {
        return new ErrorCode(error.code(), "hawser.ack: " + why, error.temporary());
    }

    /** Called about once a second: positions of who stays subscribed are not forgotten. */
    void tick(long nowMs, Collection<Subscription> subscriptions) {
        if (touchAtMs == 0 || nowMs < touchAtMs) {
            return;
        }
        List<String> channels =
                subscriptions.stream()
                        .filter(each -> each.point != null && each.joined())
                        .map(each -> each.channel)
                        .toList();
        touchAtMs = channels.isEmpty() ? 0 : nowMs + context.delivery().touchEveryMs();
        if (!channels.isEmpty()) {
            context.delivery()
                    .touch(session.recipient(), channels)
                    .whenComplete((done, failure) -> touched(failure));
        }
    }

    private void touched(@Nullable Throwable failure) {
        if (failure != null) {
            log.debug("positions could not be looked after: {}", failure.toString());
            session.connection()
                    .execute(() -> touchAtMs = Math.min(touchAtMs, context.nowMs() + RETRY_MS));
        }
    }
}
