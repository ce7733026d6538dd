package io.hawser.grid.bus;

import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisLink;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The pub/sub connection to one server: SUBSCRIBE and UNSUBSCRIBE in the order they were asked for,
 * many names in one command. Thread-safe; asking never blocks. What does not fit the queue is
 * forgotten: a channel that is not confirmed asks again. Where the server has sharded pub/sub,
 * channels are heard with SSUBSCRIBE, each by a command of its own. A connection that does not hear
 * itself is replaced (see {@link BusBeat}).
 */
final class RedisBus implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisBus.class);
    private static final int MAX_WAITING = 200_000;
    private static final int NAMES_PER_COMMAND = 512;

    /** Sent and not answered yet: a command has half a second for its answer. */
    private static final int NAMES_UNANSWERED = 2048;

    private final RedisLink<StatefulRedisPubSubConnection<String, byte[]>> link;
    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>(MAX_WAITING);
    private final AtomicLong opened = new AtomicLong();
    private final Semaphore unanswered = new Semaphore(NAMES_UNANSWERED);
    private final Thread thread;
    private final boolean sharded;
    private final BooleanSupplier bringsControl;
    private final Receiver receiver;
    private final BusPulse pulse;

    /** Names for which a SUBSCRIBE waits, with no UNSUBSCRIBE behind it. */
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();

    /** Names that the server was asked to bring no more, and has not said so yet. */
    private final Set<String> leaving = ConcurrentHashMap.newKeySet();

    private volatile @Nullable BusBeat beat;

    private record Change(boolean subscribe, String name) {}

    /** Hears the bus, on the driver's thread; must not block. */
    interface Receiver {
        void message(String name, byte[] message);

        /** The bus of {@code name} is heard on the connection with this number. */
        void subscribed(String name, long connection);

        /** The server will bring nothing more of {@code name}, and was not asked for that. */
        void dropped(String name);

        /** The connection came or went. */
        void changed();
    }

    /**
     * @param bringsControl whether commands to all nodes may come over this server
     */
    RedisBus(
            RedisConnections server,
            BooleanSupplier bringsControl,
            Receiver receiver,
            BusPulse pulse) {
        this.sharded = server.isSharded();
        this.bringsControl = bringsControl;
        this.receiver = receiver;
        this.pulse = pulse;
        this.link = server.pubSubLink("pubsub", new Listening());
        this.thread = Thread.ofPlatform().name("redis-subscribe").daemon().start(this::run);
    }

    private final class Listening
            implements RedisLink.Listener<StatefulRedisPubSubConnection<String, byte[]>> {
        @Override
        public void opened(StatefulRedisPubSubConnection<String, byte[]> connection) {
            long number = opened.incrementAndGet();
            BusBeat own = BusPulse.newBeat();
            leaving.clear();
            connection.addListener(new Hearing(own, number));
            connection.sync().subscribe(own.name());
            if (bringsControl.getAsBoolean()) {
                hearControl(connection);
            }
            beat = own;
        }

        @Override
        public RedisFuture<?> probe(StatefulRedisPubSubConnection<String, byte[]> connection) {
            return BusPulse.probe(connection, beat);
        }

        @Override
        public boolean isFit(StatefulRedisPubSubConnection<String, byte[]> connection) {
            hearControlStill();
            return pulse.isHeard(beat);
        }

        @Override
        public void up() {
            hearControlStill();
            receiver.changed();
        }

        @Override
        public void down() {
            receiver.changed();
        }
    }

    /**
     * Its slot may have come here while the connection was opened, or gone and come back: nobody
     * would ask again, as a channel does.
     */
    private void hearControlStill() {
        if (sharded && bringsControl.getAsBoolean()) {
            subscribe(ChannelKeys.CONTROL);
        }
    }

    private void hearControl(StatefulRedisPubSubConnection<String, byte[]> connection) {
        if (sharded) {
            connection.sync().ssubscribe(ChannelKeys.CONTROL);
        } else {
            connection.sync().subscribe(ChannelKeys.CONTROL);
        }
    }

    /** What one connection brings, on the driver's thread. */
    private final class Hearing extends RedisPubSubAdapter<String, byte[]> {
        private final BusBeat own;
        private final long number;

        Hearing(BusBeat own, long number) {
            this.own = own;
            this.number = number;
        }

        @Override
        public void message(String name, byte[] message) {
            if (name.equals(own.name())) {
                link.heard();
                own.beatHeard(message, BusPulse.nowMs());
            } else {
                smessage(name, message);
            }
        }

        @Override
        public void smessage(String name, byte[] message) {
            link.heard();
            own.messageHeard();
            receiver.message(name, message);
        }

        @Override
        public void subscribed(String name, long count) {
            receiver.subscribed(name, number);
        }

        @Override
        public void ssubscribed(String name, long count) {
            receiver.subscribed(name, number);
        }

        /** Asked for, or the server has lost the slot. */
        @Override
        public void sunsubscribed(String name, long count) {
            if (!leaving.remove(name) && isCurrent(number)) {
                receiver.dropped(name);
            }
        }
    }

    boolean isUp() {
        return link.current() != null;
    }

    /** True if the connection with this number is the one of now. */
    boolean isCurrent(long connection) {
        return opened.get() == connection;
    }

    void subscribe(String name) {
        ask(new Change(true, name));
    }

    void unsubscribe(String name) {
        ask(new Change(false, name));
    }

    /**
     * With very many channels confirmations take longer than the second after which they ask again:
     * a name waits once, and behind its last UNSUBSCRIBE.
     */
    private void ask(Change change) {
        if (!change.subscribe()) {
            waiting.remove(change.name());
        } else if (!waiting.add(change.name())) {
            return;
        }
        if (!changes.offer(change)) {
            waiting.remove(change.name());
            log.warn("too many subscriptions wait for Redis; {} will ask again", change.name());
        }
    }

    private void run() {
        List<Change> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(changes.take());
                changes.drainTo(batch, NAMES_PER_COMMAND - 1);
                batch.forEach(change -> waiting.remove(change.name()));
                send(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            log.debug("subscriptions end");
        }
    }

    /** Neighbours of one kind go in one command. */
    private void send(List<Change> batch) throws InterruptedException {
        int from = 0;
        for (int to = 1; to <= batch.size(); to++) {
            if (to == batch.size() || batch.get(to).subscribe() != batch.get(from).subscribe()) {
                send(batch.get(from).subscribe(), batch.subList(from, to));
                from = to;
            }
        }
    }

    private void send(boolean subscribe, List<Change> batch) throws InterruptedException {
        unanswered.acquire(batch.size());
        StatefulRedisPubSubConnection<String, byte[]> connection = link.current();
        if (connection == null) {
            unanswered.release(batch.size());
            return;
        }
        RedisPubSubAsyncCommands<String, byte[]> commands = connection.async();
        if (sharded) {
            // Names of several slots do not go into one command.
            batch.forEach(change -> report(1, sendSharded(commands, subscribe, change.name())));
            return;
        }
        String[] names = batch.stream().map(Change::name).toArray(String[]::new);
        report(names.length, subscribe ? commands.subscribe(names) : commands.unsubscribe(names));
    }

    private RedisFuture<Void> sendSharded(
            RedisPubSubAsyncCommands<String, byte[]> commands, boolean subscribe, String name) {
        if (subscribe) {
            return commands.ssubscribe(name);
        }
        leaving.add(name);
        RedisFuture<Void> sent = commands.sunsubscribe(name);
        sent.exceptionally(
                refused -> {
                    leaving.remove(name);
                    return null;
                });
        return sent;
    }

    private void report(int names, RedisFuture<Void> sent) {
        sent.whenComplete(
                (nothing, thrown) -> {
                    unanswered.release(names);
                    if (thrown != null) {
                        log.warn("Redis refused subscriptions: {}", thrown.toString());
                    }
                });
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
