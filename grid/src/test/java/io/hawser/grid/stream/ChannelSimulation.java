package io.hawser.grid.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Recovery;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One channel on one node against a {@link SimulatedStore}, by one seed; checks after each step.
 */
final class ChannelSimulation {
    static final ChannelLimits LIMITS =
            new ChannelLimits(3000, 500, 10_000, 300, 50, 1000, 100, 8, 1 << 20, 5, 4, 20);
    private static final HistoryOptions HISTORY =
            new HistoryOptions(15, Duration.ofMinutes(1), Duration.ofHours(1));

    private final Random random;
    private final SimulatedStore store;
    private final ChannelCounters counters;
    private final List<LocalSubscriber> active = new ArrayList<>();
    private final Map<Long, Waiting> waiting = new HashMap<>();
    private final List<StreamPosition> remembered = new ArrayList<>();
    private ChannelMachine machine;
    private long nowMs;
    private long lastJoinId;
    private boolean calm;

    /** If the event of now is a read that was cut short, where it began; else -1. */
    private long cutAfter;

    /** A join was answered, and since then neither the last one left nor was the position lost. */
    private boolean somebody;

    /** A join, and where the stream stood when it came. */
    private record Waiting(JoinRequest request, StreamPosition topThen) {}

    /** What one subscriber has seen. */
    private static final class LocalSubscriber {
        StreamPosition position;

        LocalSubscriber(StreamPosition position) {
            this.position = position;
        }
    }

    ChannelSimulation(long seed, ChannelCounters counters) {
        this.random = new Random(seed);
        this.counters = counters;
        this.store = new SimulatedStore(random);
        this.machine = newMachine();
        remembered.add(new StreamPosition(0, ""));
    }

    private ChannelMachine newMachine() {
        return new ChannelMachine(LIMITS, counters, new CheckPace(1000), random.nextInt(), nowMs);
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            nowMs += random.nextInt(20) == 0 ? random.nextInt(1500) : random.nextInt(20);
            chooseOne();
            tickIfDue();
        }
        calmDown();
    }

    private void chooseOne() {
        int choice = random.nextInt(1000);
        if (choice < 230) {
            store.publish(false);
        } else if (choice < 520) {
            hear();
        } else if (choice < 700) {
            store.work(false);
        } else if (choice < 800) {
            join();
        } else if (choice < 870) {
            leave();
        } else if (choice < 920) {
            reconnect();
        } else if (choice < 930) {
            burst();
        } else if (choice < 940) {
            disconnect();
        } else if (choice < 955) {
            store.trim();
        } else if (choice < 960) {
            wipe();
        } else if (choice < 970) {
            step(new ChannelEvent.Suspected());
        } else if (choice < 980) {
            store.publishPresence();
        } else {
            nowMs += 100;
        }
    }

    private void burst() {
        for (int i = 0; i < 12; i++) {
            if (random.nextBoolean()) {
                store.publish(false);
            } else {
                join();
            }
        }
        for (int i = 0; i < 10; i++) {
            hear();
        }
    }

    private void hear() {
        ChannelEvent event = store.nextEvent(calm);
        if (event != null) {
            step(event);
        }
    }

    private void join() {
        StreamPosition since =
                switch (random.nextInt(6)) {
                    case 0, 1 -> null;
                    case 2 -> store.top();
                    default -> remembered.get(random.nextInt(remembered.size()));
                };
        boolean plain = random.nextInt(25) == 0;
        JoinRequest request =
                plain
                        ? JoinRequest.LIVE
                        : new JoinRequest(HISTORY, since, random.nextInt(4) == 0 ? 3 : 30);
        long joinId = ++lastJoinId;
        waiting.put(joinId, new Waiting(request, store.top()));
        step(new ChannelEvent.JoinRequested(joinId, request));
    }

    private void leave() {
        if (!active.isEmpty()) {
            remember(active.remove(random.nextInt(active.size())).position);
            leaveIfEmpty();
        }
    }

    private void remember(StreamPosition position) {
        if (position.epoch().isEmpty()) {
            return;
        }
        long ahead = random.nextInt(10) == 0 ? 2 : 0;
        String epoch = random.nextInt(6) == 0 ? "" : position.epoch();
        remembered.add(new StreamPosition(position.offset() + ahead, epoch));
        if (remembered.size() > 6) {
            remembered.removeFirst();
        }
    }

    /** What the hub does. */
    private void leaveIfEmpty() {
        if (active.isEmpty() && waiting.isEmpty()) {
            somebody = false;
            step(new ChannelEvent.Left());
        }
    }

    private void reconnect() {
        if (!store.connected) {
            store.connected = true;
            step(new ChannelEvent.ConnectionRestored());
        }
    }

    private void disconnect() {
        if (store.connected) {
            store.disconnect();
            step(new ChannelEvent.ConnectionLost());
        }
    }

    /** Restarted empty, or emptied while connected. */
    private void wipe() {
        if (random.nextBoolean()) {
            disconnect();
        }
        store.wipe();
    }

    private void tickIfDue() {
        if (nowMs >= machine.wakeAtMs()) {
            step(new ChannelEvent.Tick());
        }
    }

    private void step(ChannelEvent event) {
        List<ChannelAction> actions = new ArrayList<>();
        cutAfter = event instanceof ChannelEvent.HistoryRead ? store.cutAfter() : -1;
        machine.step(event, nowMs, actions);
        actions.forEach(this::act);
        assertThat(machine.kept()).isLessThanOrEqualTo(2 * LIMITS.maxKept());
        assertThat(machine.waitingJoins()).isEqualTo(waiting.size());
        assertThat(waiting.size()).isLessThanOrEqualTo(LIMITS.maxWaiting());
    }

    private void act(ChannelAction action) {
        switch (action) {
            case ChannelAction.Subscribe subscribe -> store.change(subscribe, calm);
            case ChannelAction.Unsubscribe unsubscribe -> store.change(unsubscribe, true);
            case ChannelAction.ReadHistory read -> {
                assertThat(store.hasReadUnderWay()).as("two reads at once").isFalse();
                store.ask(read);
            }
            case ChannelAction.Deliver deliver -> deliver(deliver.publication());
            case ChannelAction.DeliverPresence deliver ->
                    assertThat(somebody).as("presence for nobody").isTrue();
            case ChannelAction.Joined joined -> joined(joined.joinId(), joined.result());
            case ChannelAction.JoinFailed failed -> {
                assertThat(waiting.remove(failed.joinId())).as("answered once").isNotNull();
                leaveIfEmpty();
            }
            case ChannelAction.PositionLost lost -> {
                assertThat(somebody).as("loss for nobody").isTrue();
                somebody = false;
                active.forEach(subscriber -> remember(subscriber.position));
                active.clear();
                leaveIfEmpty();
            }
            case ChannelAction.Closed closed -> {
                assertThat(active).isEmpty();
                assertThat(waiting).isEmpty();
                store.disconnect();
                machine = newMachine();
            }
        }
    }

    private void deliver(Publication publication) {
        assertThat(somebody).as("publication for nobody").isTrue();
        for (LocalSubscriber subscriber : active) {
            StreamPosition at = subscriber.position;
            if (!at.epoch().isEmpty()) {
                assertThat(publication.offset()).as("offset").isEqualTo(at.offset() + 1);
                assertThat(publication.data())
                        .isEqualTo(SimulatedStore.data(at.epoch(), publication.offset()));
                subscriber.position = new StreamPosition(publication.offset(), at.epoch());
            }
        }
    }

    private void joined(long joinId, JoinResult result) {
        Waiting join = waiting.remove(joinId);
        assertThat(join).as("answered once").isNotNull();
        JoinRequest request = join.request();
        StreamPosition since = request.since();
        StreamPosition position = result.position();
        active.add(new LocalSubscriber(position));
        somebody = true;
        if (!request.history().enabled()) {
            assertThat(result).isEqualTo(new JoinResult(StreamPosition.NONE, false, List.of()));
            return;
        }
        assertThat(position.epoch()).isNotEmpty();
        if (result.recovered()) {
            assertThat(since).isNotNull();
            assertThat(Recovery.sameEpoch(since, position.epoch())).isTrue();
            long missed = position.offset() - since.offset();
            assertThat(Recovery.withinLimits(request, missed)).isTrue();
            assertThat(Recovery.complete(result.publications(), since.offset(), position.offset()))
                    .isTrue();
            for (Publication publication : result.publications()) {
                assertThat(publication.data())
                        .isEqualTo(SimulatedStore.data(position.epoch(), publication.offset()));
            }
        } else {
            assertThat(result.publications()).isEmpty();
            assertThat(mustRecover(request, position)).as("refused %s", request).isFalse();
            assertThat(existed(since, join.topThen(), position))
                    .as("answered from %s what was at %s", position, join.topThen())
                    .isFalse();
        }
    }

    /** A recovery that is possible is given, unless the read for it is heard now, cut short. */
    private boolean mustRecover(JoinRequest request, StreamPosition position) {
        StreamPosition since = request.since();
        return since != null
                && since.offset() > cutAfter
                && position.epoch().equals(store.top().epoch())
                && Recovery.sameEpoch(since, position.epoch())
                && Recovery.withinLimits(request, position.offset() - since.offset())
                && store.neverTrimmed(since);
    }

    /** True if a position that was there at the join is called ahead at the answer. */
    private boolean existed(
            @Nullable StreamPosition since, StreamPosition topThen, StreamPosition position) {
        return since != null
                && topThen.epoch().equals(store.top().epoch())
                && since.epoch().equals(topThen.epoch())
                && since.offset() <= topThen.offset()
                && !(since.epoch().equals(position.epoch()) && since.offset() <= position.offset());
    }

    /**
     * Faults end. After a reconnect everyone stands at the top soon, else at the latest after the
     * regular check; then every join is answered.
     */
    private void calmDown() {
        calm = true;
        boolean reconnected = random.nextBoolean();
        if (reconnected) {
            disconnect();
            store.failNextRead();
        }
        for (int i = 0; i < (reconnected ? 15 : 150); i++) {
            settle();
        }
        assertAtTop();
        for (int i = 0; i < 8; i++) {
            store.publish(true);
            join();
            store.publish(true);
            store.work(true);
            join();
            settle();
        }
        settle();
        assertThat(waiting).as("unanswered joins").isEmpty();
        assertAtTop();
    }

    private void assertAtTop() {
        for (LocalSubscriber subscriber : active) {
            if (!subscriber.position.epoch().isEmpty()) {
                assertThat(subscriber.position).isEqualTo(store.top());
            }
        }
    }

    private void settle() {
        nowMs += 100;
        if (!store.connected || machine.phase() == ChannelMachine.Phase.DOWN) {
            store.connected = true;
            step(new ChannelEvent.ConnectionRestored());
        }
        for (int i = 0; i < 30; i++) {
            store.work(true);
            hear();
            tickIfDue();
        }
    }
}
