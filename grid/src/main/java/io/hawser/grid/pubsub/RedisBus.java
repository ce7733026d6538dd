package io.hawser.grid.pubsub;

import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisLink;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pub/sub connection: SUBSCRIBE and UNSUBSCRIBE in the order they were asked for, many names in
 * one command. Thread-safe; asking never blocks. What does not fit the queue is forgotten: a
 * channel that is not confirmed asks again. A connection that does not hear itself is replaced (see
 * {@link BusBeat}).
 */
final class RedisBus implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisBus.class);
    private static final int MAX_WAITING = 200_000;
    private static final int NAMES_PER_COMMAND = 512;

    private final RedisLink<StatefulRedisPubSubConnection<String, byte[]>> link;
    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>(MAX_WAITING);
    private final AtomicLong opened = new AtomicLong();
    private final Thread thread;
    private final Receiver receiver;
    private final BeatPublisher beats;
    private volatile @Nullable BusBeat beat;

    private record Change(boolean subscribe, String name) {}

    /** Hears the bus, on the driver's thread; must not block. */
    interface Receiver {
        void message(String name, byte[] message);

        /** The bus of {@code name} is heard on the connection with this number. */
        void subscribed(String name, long connection);

        /** The connection came or went. */
        void changed();
    }

    /** Publishes over another connection than this one. */
    interface BeatPublisher {
        /** Completes when Redis has taken it, fails if it has not; must not block. */
        CompletionStage<@Nullable Void> publish(String name, byte[] beat);
    }

    RedisBus(RedisConnections connections, Receiver receiver, BeatPublisher beats) {
        this.receiver = receiver;
        this.beats = beats;
        this.link = connections.pubSubLink("pubsub", new Listening());
        this.thread = Thread.ofPlatform().name("redis-subscribe").daemon().start(this::run);
    }

    private final class Listening
            implements RedisLink.Listener<StatefulRedisPubSubConnection<String, byte[]>> {
        @Override
        public void opened(StatefulRedisPubSubConnection<String, byte[]> connection) {
            long number = opened.incrementAndGet();
            BusBeat own = new BusBeat(ChannelKeys.beat(Epochs.next()));
            connection.addListener(
                    new RedisPubSubAdapter<>() {
                        @Override
                        public void message(String name, byte[] message) {
                            if (name.equals(own.name())) {
                                own.beatHeard(message, nowMs());
                            } else {
                                own.messageHeard();
                                receiver.message(name, message);
                            }
                        }

                        @Override
                        public void subscribed(String name, long count) {
                            receiver.subscribed(name, number);
                        }
                    });
            connection.sync().subscribe(ChannelKeys.CONTROL, own.name());
            beat = own;
        }

        @Override
        public boolean isFit(StatefulRedisPubSubConnection<String, byte[]> connection) {
            BusBeat own = beat;
            return own == null || isHeard(own);
        }

        @Override
        public void up() {
            receiver.changed();
        }

        @Override
        public void down() {
            receiver.changed();
        }
    }

    /** Sends the next beat, unless too long nothing was heard of those before. */
    private boolean isHeard(BusBeat own) {
        if (own.isDeaf(nowMs())) {
            log.warn("the pub/sub connection answers, but what is published does not reach it");
            return false;
        }
        byte[] next = own.next();
        beats.publish(own.name(), next)
                .whenComplete(
                        (nothing, thrown) -> {
                            if (thrown == null) {
                                own.taken(next, nowMs());
                            } else {
                                log.debug("a beat was not published: {}", thrown.toString());
                            }
                        });
        return true;
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
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

    private void ask(Change change) {
        if (!changes.offer(change)) {
            log.warn("too many subscriptions wait for Redis; {} will ask again", change.name());
        }
    }

    private void run() {
        List<Change> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(changes.take());
                changes.drainTo(batch, NAMES_PER_COMMAND - 1);
                send(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            log.debug("subscriptions end");
        }
    }

    /** Neighbours of one kind go in one command. */
    private void send(List<Change> batch) {
        int from = 0;
        for (int to = 1; to <= batch.size(); to++) {
            if (to == batch.size() || batch.get(to).subscribe() != batch.get(from).subscribe()) {
                send(batch.get(from).subscribe(), batch.subList(from, to));
                from = to;
            }
        }
    }

    private void send(boolean subscribe, List<Change> batch) {
        StatefulRedisPubSubConnection<String, byte[]> connection = link.current();
        if (connection == null) {
            return;
        }
        String[] names = batch.stream().map(Change::name).toArray(String[]::new);
        var sent =
                subscribe
                        ? connection.async().subscribe(names)
                        : connection.async().unsubscribe(names);
        sent.whenComplete(
                (nothing, thrown) -> {
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
