package io.hawser.grid.bus;

import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.ChannelAction;
import io.hawser.grid.stream.ChannelEvent;
import io.hawser.grid.stream.ChannelMachine;
import io.hawser.grid.stream.StreamRead;
import io.hawser.grid.stream.Witness;
import io.netty.util.Timeout;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * One channel of a {@link RedisBroker}: feeds its {@link ChannelMachine} and does what that wants.
 * Everything runs on the channel's lane, except {@link #suspected}.
 */
final class RedisChannel {
    final String channel;
    final String busName;

    /** Set while a step for something that was dropped waits in the lane. */
    final AtomicBoolean suspected = new AtomicBoolean();

    private final RedisBroker broker;
    private final ChannelMachine machine;
    private final Map<Long, BiConsumer<@Nullable JoinResult, @Nullable BrokerException>> joins =
            new HashMap<>();
    private final ArrayDeque<ChannelAction> actions = new ArrayDeque<>();
    private final List<ChannelAction> fresh = new ArrayList<>();
    private HistoryOptions history = HistoryOptions.NONE;
    private long lastJoinId;
    private int route = -1;
    private @Nullable RedisPart part;
    private int generation;
    private boolean acting;
    private @Nullable Timeout wake;
    private long wakeAtMs = Long.MAX_VALUE;

    RedisChannel(RedisBroker broker, String channel, ChannelMachine machine) {
        this.broker = broker;
        this.channel = channel;
        this.busName = ChannelKeys.bus(channel);
        this.machine = machine;
    }

    void join(
            JoinRequest request, BiConsumer<@Nullable JoinResult, @Nullable BrokerException> done) {
        if (request.history().enabled()) {
            history = request.history();
        }
        long joinId = ++lastJoinId;
        joins.put(joinId, done);
        step(new ChannelEvent.JoinRequested(joinId, request));
    }

    /** Whether the subscribers here have been given everything up to a position. */
    boolean hasDelivered(StreamPosition position) {
        return machine.hasDelivered(position);
    }

    void step(ChannelEvent event) {
        feelConnection();
        feed(event);
    }

    /**
     * Tells the machine of connections that came or went since it last looked, and moves it to
     * another server if the channel has moved. Even is down.
     */
    void feelConnection() {
        RedisPart now = part;
        int nowRoute = broker.route();
        if (nowRoute != route) {
            route = nowRoute;
            now = broker.part(channel);
        }
        int turns = now == null ? 0 : now.generation();
        if (now == part && turns == generation) {
            return;
        }
        RedisPart before = part;
        boolean wasUp = generation % 2 == 1;
        if (wasUp && before != null && before != now) {
            before.bus().unsubscribe(busName);
        }
        part = now;
        generation = turns;
        if (wasUp) {
            feed(new ChannelEvent.ConnectionLost());
        }
        if (turns % 2 == 1) {
            feed(new ChannelEvent.ConnectionRestored());
        }
    }

    /** The server brings nothing more, though it is there: as if it had been away. */
    void dropped(RedisPart by) {
        if (by == part) {
            generation = 0;
            feed(new ChannelEvent.ConnectionLost());
            feelConnection();
        }
    }

    /** Whether that is where the channel is now. */
    boolean isAt(RedisPart some) {
        return some == part;
    }

    /** Acting may lead back here (a failed join makes the hub leave): then the actions queue up. */
    private void feed(ChannelEvent event) {
        machine.step(event, broker.nowMs(), fresh);
        actions.addAll(fresh);
        fresh.clear();
        if (acting) {
            return;
        }
        acting = true;
        try {
            for (ChannelAction action = actions.poll(); action != null; action = actions.poll()) {
                act(action);
            }
        } finally {
            acting = false;
        }
        scheduleWake();
    }

    private void act(ChannelAction action) {
        switch (action) {
            case ChannelAction.Subscribe subscribe -> {
                RedisPart at = part;
                if (at != null) {
                    at.bus().subscribe(busName);
                }
            }
            case ChannelAction.Unsubscribe unsubscribe -> {
                RedisPart at = part;
                if (at != null) {
                    at.bus().unsubscribe(busName);
                }
            }
            case ChannelAction.ReadHistory read -> read(read);
            case ChannelAction.Deliver deliver ->
                    broker.sink().publication(channel, deliver.publication());
            case ChannelAction.DeliverPresence deliver ->
                    broker.sink().presence(channel, deliver.presence());
            case ChannelAction.Joined joined -> answer(joined.joinId(), joined.result(), null);
            case ChannelAction.JoinFailed failed ->
                    answer(
                            failed.joinId(),
                            null,
                            new BrokerException(failed.reason(), failed.why()));
            case ChannelAction.PositionLost lost -> broker.sink().positionLost(channel);
            case ChannelAction.Closed closed -> broker.closed(this);
        }
    }

    private void answer(
            long joinId, @Nullable JoinResult result, @Nullable BrokerException failure) {
        var done = joins.remove(joinId);
        if (done != null) {
            done.accept(result, failure);
        }
    }

    private void read(ChannelAction.ReadHistory read) {
        HistoryQuery query =
                new HistoryQuery(new StreamPosition(read.sinceOffset(), ""), read.limit(), false);
        RedisPart at = part;
        if (at == null) {
            // In the machine, nothing is read while it is down.
            throw new IllegalStateException(channel + " has no server");
        }
        HistoryOptions options = history;
        Witness witness = machine.witness();
        at.turns()
                .take(
                        machine.waitingJoins() > 0,
                        () ->
                                at.store()
                                        .read(channel, query, options, 0, witness)
                                        .whenComplete(
                                                (found, thrown) -> wasRead(read.readId(), found)));
    }

    private void wasRead(long readId, @Nullable StreamRead found) {
        broker.onLane(
                this,
                found != null
                        ? new ChannelEvent.HistoryRead(readId, found)
                        : new ChannelEvent.HistoryReadFailed(readId));
    }

    private void scheduleWake() {
        long next = machine.wakeAtMs();
        if (next >= wakeAtMs || next == Long.MAX_VALUE) {
            return;
        }
        Timeout old = wake;
        if (old != null) {
            old.cancel();
        }
        wakeAtMs = next;
        wake = broker.wakeAt(next, this);
    }

    /** The timer went off. */
    void woken() {
        wake = null;
        wakeAtMs = Long.MAX_VALUE;
        step(new ChannelEvent.Tick());
    }
}
