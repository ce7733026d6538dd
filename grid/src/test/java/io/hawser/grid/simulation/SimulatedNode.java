package io.hawser.grid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.bus.BusBeat;
import io.hawser.grid.pubsub.Epochs;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.SeenPositions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.ChannelAction;
import io.hawser.grid.stream.ChannelEvent;
import io.hawser.grid.stream.ChannelLimits;
import io.hawser.grid.stream.ChannelMachine;
import io.hawser.grid.stream.CheckPace;
import io.hawser.grid.stream.StreamRead;
import io.hawser.grid.stream.Witness;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One node of a {@link ClusterSimulation}: the pure parts of {@link RedisBroker}, and between them
 * and Redis what {@link RedisChannel}, {@link RedisBus} and {@link RedisStore} do.
 */
final class SimulatedNode {
    static final ChannelLimits LIMITS =
            new ChannelLimits(3000, 500, 3000, 300, 50, 1000, 100, 16, 1 << 20, 20, 4, 20);
    static final HistoryOptions HISTORY =
            new HistoryOptions(25, Duration.ofMinutes(1), Duration.ofHours(1));

    final int number;
    private final ClusterSimulation world;
    private final Map<String, Channel> channels = new HashMap<>();
    private final CheckPace checks = new CheckPace(2);
    private SeenPositions seen = new SeenPositions(100);

    private boolean up = true;

    /** Rises with each loss; what belongs to an earlier one comes to nothing. */
    private int connection;

    private BusBeat beat = new BusBeat("beat");
    private boolean deaf;

    /** Without a majority: no client is served. */
    private boolean fenced;

    /** As the server knows it, for the connection of now. */
    private final Set<String> subscribed = new HashSet<>();

    private long busFreeAtMs;
    private long commandsFreeAtMs;

    SimulatedNode(ClusterSimulation world, int number) {
        this.world = world;
        this.number = number;
    }

    boolean isUp() {
        return up;
    }

    boolean hears(String channel) {
        return subscribed.contains(channel);
    }

    /** One channel: machine, waiting and live clients. */
    private final class Channel {
        final String name;
        final ChannelMachine machine;
        final Map<Long, SimulatedClient> joins = new LinkedHashMap<>();
        final List<SimulatedClient> live = new ArrayList<>();
        private final ArrayDeque<ChannelAction> actions = new ArrayDeque<>();
        private boolean acting;
        private boolean reading;
        private boolean closed;
        private long wakeAtMs = Long.MAX_VALUE;
        private int wakes;

        Channel(String name) {
            this.name = name;
            machine =
                    new ChannelMachine(
                            LIMITS,
                            world.counts().ways,
                            checks,
                            world.random().nextInt(),
                            world.nowMs());
        }

        void step(ChannelEvent event) {
            if (closed) {
                return;
            }
            List<ChannelAction> fresh = new ArrayList<>();
            machine.step(event, world.nowMs(), fresh);
            assertThat(machine.kept()).isLessThanOrEqualTo(2 * LIMITS.maxKept());
            actions.addAll(fresh);
            if (acting) {
                return;
            }
            acting = true;
            countShared(fresh);
            for (ChannelAction action = actions.poll(); action != null; action = actions.poll()) {
                act(action);
            }
            acting = false;
            scheduleWake();
        }

        private void countShared(List<ChannelAction> fresh) {
            long recovered =
                    fresh.stream()
                            .filter(a -> a instanceof ChannelAction.Joined j && !none(j))
                            .count();
            if (recovered > 1) {
                world.counts().count(Branch.SINGLE_FLIGHT);
            }
        }

        private static boolean none(ChannelAction.Joined joined) {
            return joined.result().publications().isEmpty();
        }

        private void act(ChannelAction action) {
            switch (action) {
                case ChannelAction.Subscribe subscribe -> subscribe(this);
                case ChannelAction.Unsubscribe unsubscribe ->
                        atRedis(() -> subscribed.remove(name));
                case ChannelAction.ReadHistory read -> {
                    assertThat(reading).as("two reads at once").isFalse();
                    reading = true;
                    read(this, read);
                }
                case ChannelAction.Deliver deliver ->
                        List.copyOf(live).forEach(c -> c.deliver(deliver.publication()));
                case ChannelAction.DeliverPresence deliver ->
                        throw new AssertionError("nobody sent " + deliver);
                case ChannelAction.Joined joined -> joined(joined);
                case ChannelAction.JoinFailed failed -> {
                    SimulatedClient client = joins.remove(failed.joinId());
                    assertThat(client).as("answered once").isNotNull();
                    client.failed();
                    leaveIfEmpty();
                }
                case ChannelAction.PositionLost lost -> {
                    List<SimulatedClient> all = List.copyOf(live);
                    live.clear();
                    all.forEach(SimulatedClient::told);
                    leaveIfEmpty();
                }
                case ChannelAction.Closed end -> {
                    assertThat(live).isEmpty();
                    assertThat(joins).isEmpty();
                    closed = true;
                    channels.remove(name);
                    forgets();
                }
            }
        }

        private void joined(ChannelAction.Joined joined) {
            SimulatedClient client = joins.remove(joined.joinId());
            assertThat(client).as("answered once").isNotNull();
            live.add(client);
            StreamPosition position = joined.result().position();
            Witness known = machine.witness();
            boolean isThere = known.offset() == position.offset();
            client.joined(joined.result(), isThere ? known.id() : 0);
            if (fenced) {
                world.counts().count(Branch.FENCE_WHILE_JOINING);
                sendAway();
            }
        }

        /** Those who are still joining come to it when they have. */
        void sendAway() {
            List<SimulatedClient> all = List.copyOf(live);
            live.clear();
            all.forEach(SimulatedClient::disconnected);
            leaveIfEmpty();
        }

        /** What the hub does. */
        void leaveIfEmpty() {
            if (live.isEmpty() && joins.isEmpty()) {
                forgets();
                step(new ChannelEvent.Left());
            }
        }

        private void forgets() {
            world.redis().forgets(number, name);
        }

        private void scheduleWake() {
            long next = machine.wakeAtMs();
            if (closed || next >= wakeAtMs || next == Long.MAX_VALUE) {
                return;
            }
            wakeAtMs = next;
            int wake = ++wakes;
            world.at(
                    Math.max(1, next - world.nowMs()),
                    () -> {
                        if (wake == wakes) {
                            wakeAtMs = Long.MAX_VALUE;
                            step(new ChannelEvent.Tick());
                        }
                    });
        }
    }

    void join(String name, JoinRequest request, long joinId, SimulatedClient client) {
        if (fenced) {
            client.failed();
            return;
        }
        Channel channel = channels.get(name);
        boolean isNew = channel == null;
        if (channel == null) {
            channel = new Channel(name);
            channels.put(name, channel);
        }
        channel.joins.put(joinId, client);
        if (isNew && up) {
            channel.step(new ChannelEvent.ConnectionRestored());
        }
        channel.step(new ChannelEvent.JoinRequested(joinId, request));
    }

    void leave(String name, SimulatedClient client) {
        Channel channel = channels.get(name);
        if (channel != null && channel.live.remove(client)) {
            channel.leaveIfEmpty();
        }
    }

    void publish(String name) {
        if (!up || fenced) {
            return;
        }
        long id = world.redis().newId();
        Publication publication =
                new Publication(0, Payload.of("" + id), null, Map.of(), 0).withId(id);
        StreamPosition highest = seen.of(name);
        int then = connection;
        atRedis(
                () -> {
                    ModelRedis.Published published =
                            world.redis().publish(name, publication, highest);
                    world.onBus(
                            name,
                            new ChannelEvent.PublicationArrived(
                                    published.position(), blurred(published.publication())));
                    world.at(
                            world.latencyMs(),
                            () -> {
                                boolean answered = connection == then;
                                world.counts()
                                        .count(
                                                answered
                                                        ? Branch.PUBLISH_STORED
                                                        : Branch.PUBLISH_UNANSWERED);
                                if (answered) {
                                    seen.saw(
                                            name,
                                            published.position(),
                                            published.publication().id());
                                }
                            });
                });
    }

    private Publication blurred(Publication publication) {
        return world.breakage() == Breakage.NODES_IGNORE_IDS ? publication.withId(0) : publication;
    }

    private void subscribe(Channel channel) {
        if (!world.isCalm() && world.random().nextInt(15) == 0) {
            return;
        }
        int then = connection;
        atRedis(
                () -> {
                    if (connection == then) {
                        subscribed.add(channel.name);
                        toNode(() -> channel.step(new ChannelEvent.SubscribeConfirmed()));
                    }
                });
    }

    private void read(Channel channel, ChannelAction.ReadHistory read) {
        Witness witness = blurred(channel.machine.witness().and(seen.sighting(channel.name)));
        int then = connection;
        atRedis(
                () -> {
                    ModelRedis.Answer answer =
                            world.redis()
                                    .read(channel.name, read.sinceOffset(), read.limit(), witness);
                    if (answer.renewed()) {
                        world.onBus(channel.name, new ChannelEvent.Suspected());
                    }
                    boolean fails = !world.isCalm() && world.random().nextInt(20) == 0;
                    world.at(
                            world.latencyMs(),
                            () -> {
                                if (connection == then) {
                                    channel.reading = false;
                                    answered(channel, read, fails ? null : answer.found());
                                }
                            });
                });
    }

    private void answered(
            Channel channel, ChannelAction.ReadHistory read, @Nullable StreamRead found) {
        if (found == null) {
            channel.step(new ChannelEvent.HistoryReadFailed(read.readId()));
            return;
        }
        seen.saw(channel.name, found.history().top(), found.topId());
        channel.step(
                new ChannelEvent.HistoryRead(read.readId(), broken(channel.machine, read, found)));
    }

    private Witness blurred(Witness witness) {
        return world.breakage() == Breakage.NODES_IGNORE_IDS
                ? Witness.of(witness.highest())
                : witness;
    }

    /** What was found, as a node with the breakage sees it. */
    private StreamRead broken(
            ChannelMachine machine, ChannelAction.ReadHistory read, StreamRead found) {
        StreamPosition top = found.history().top();
        List<Publication> all = found.history().publications();
        return switch (world.breakage()) {
            case NONE, SCRIPTS_IGNORE_WITNESSES -> found;
            case NODES_IGNORE_IDS ->
                    new StreamRead(
                            new History(top, all.stream().map(p -> p.withId(0)).toList()), 0);
            case CHECKS_FIND_NOTHING -> {
                Witness known = machine.witness();
                yield known.isNone() || !known.highest().epoch().equals(top.epoch())
                        ? found
                        : new StreamRead(new History(known.highest(), List.of()), 0);
            }
            case GAPS_ARE_PAPERED_OVER -> {
                List<Publication> papered = new ArrayList<>();
                for (Publication publication : all) {
                    long next = read.sinceOffset() + 1 + papered.size();
                    for (long offset = next; offset <= publication.offset(); offset++) {
                        papered.add(publication.withOffset(offset));
                    }
                }
                yield new StreamRead(new History(top, papered), found.topId());
            }
        };
    }

    /** Carried out by Redis after a while, in the order of asking, if Redis lives that long. */
    private void atRedis(Runnable command) {
        commandsFreeAtMs = Math.max(commandsFreeAtMs, world.nowMs() + world.latencyMs());
        world.atRedis(commandsFreeAtMs - world.nowMs(), command);
    }

    /** Over the bus, in order. */
    private void toNode(Runnable message) {
        int then = connection;
        busFreeAtMs = Math.max(busFreeAtMs, world.nowMs() + world.latencyMs());
        world.at(
                busFreeAtMs - world.nowMs(),
                () -> {
                    if (connection == then && !deaf) {
                        message.run();
                    }
                });
    }

    /** A message of the bus for this node; some are lost. */
    void send(String name, ChannelEvent message) {
        int luck = world.isCalm() ? 100 : world.random().nextInt(100);
        if (luck < 2) {
            world.counts().count(Branch.BUS_LOSS_UNSEEN);
        } else if (luck < 4) {
            world.counts().count(Branch.BUS_LOSS_SEEN);
            toNode(() -> arrived(name, new ChannelEvent.Suspected()));
        } else {
            toNode(() -> arrived(name, message));
        }
    }

    private void arrived(String name, ChannelEvent message) {
        beat.messageHeard();
        if (message instanceof ChannelEvent.PublicationArrived publication) {
            seen.saw(name, publication.position(), publication.publication().id());
        }
        Channel channel = channels.get(name);
        if (channel != null) {
            channel.step(message);
        }
    }

    /** Each second. */
    void beat() {
        if (!up) {
            return;
        }
        if (beat.isDeaf(world.nowMs())) {
            assertThat(deaf || !world.isCalm()).as("a connection that hears is kept").isTrue();
            world.counts().count(Branch.DEAF_BUS_REPLACED);
            cut();
            return;
        }
        BusBeat own = beat;
        byte[] next = own.next();
        int then = connection;
        atRedis(
                () -> {
                    toNode(() -> own.beatHeard(next, world.nowMs()));
                    world.at(
                            world.latencyMs(),
                            () -> {
                                if (connection == then) {
                                    own.taken(next, world.nowMs());
                                }
                            });
                });
    }

    /** From now on nothing more comes over the bus, and nothing says so. */
    void becomeDeaf() {
        if (up) {
            deaf = true;
        }
    }

    /** Loses its connections, and has others some time later. */
    void cut() {
        if (!up) {
            return;
        }
        up = false;
        connection++;
        subscribed.clear();
        for (Channel channel : List.copyOf(channels.values())) {
            channel.reading = false;
            channel.step(new ChannelEvent.ConnectionLost());
        }
        int longestMs = world.random().nextInt(4) == 0 ? 2500 : 500;
        world.at(50 + world.random().nextInt(longestMs), this::restore);
    }

    private void restore() {
        if (world.isHung()) {
            world.at(100, this::restore);
            return;
        }
        up = true;
        deaf = false;
        beat = new BusBeat("beat");
        for (Channel channel : List.copyOf(channels.values())) {
            channel.step(new ChannelEvent.ConnectionRestored());
        }
    }

    /** Cut off from the others, not from Redis: sends its clients away until they meet again. */
    void fence() {
        if (fenced) {
            return;
        }
        world.counts().count(Branch.FENCE);
        fenced = true;
        List.copyOf(channels.values()).forEach(Channel::sendAway);
        world.at(
                200 + world.random().nextInt(2500),
                () -> {
                    world.counts().count(Branch.MERGE);
                    fenced = false;
                });
    }

    /** The process dies and starts again, knowing nothing. */
    void crash() {
        if (!up) {
            return;
        }
        for (Channel channel : List.copyOf(channels.values())) {
            channel.closed = true;
            world.redis().forgets(number, channel.name);
            channel.joins.values().forEach(SimulatedClient::failed);
            channel.live.forEach(SimulatedClient::disconnected);
        }
        channels.clear();
        seen = new SeenPositions(100);
        cut();
    }

    /** True if its clients of the channel stand behind what is left, and it can tell. */
    boolean isWitness(String name, StreamPosition left) {
        Channel channel = channels.get(name);
        if (channel == null || channel.live.isEmpty()) {
            return false;
        }
        Witness known = channel.machine.witness();
        if (Epochs.isOlder(left.epoch(), known.highest().epoch())) {
            return true;
        }
        boolean hasId = known.id() != 0 || world.breakage() == Breakage.NODES_IGNORE_IDS;
        return hasId
                && known.highest().epoch().equals(left.epoch())
                && known.offset() > left.offset();
    }
}
