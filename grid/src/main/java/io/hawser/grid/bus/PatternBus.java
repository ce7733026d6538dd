package io.hawser.grid.bus;

import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisLink;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Listens to patterns on one server, over a connection of its own: however much it brings, the
 * channels' connection is not cut for it. One that does not hear itself is replaced (see {@link
 * BusBeat}). Thread-safe; nothing blocks but {@link #close}.
 */
final class PatternBus implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PatternBus.class);
    private static final String MAY_NOT = "NOPERM";

    private final RedisConnections server;
    private final Receiver receiver;
    private final BusPulse pulse;
    private final RedisLink<StatefulRedisPubSubConnection<String, byte[]>> link;
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();

    /** A user's rights name patterns as they stand; then everything of ours is asked for. */
    private volatile boolean everything;

    private volatile @Nullable String refused;

    /** Of the connection of now. */
    private volatile @Nullable BusBeat beat;

    /** Hears the bus, on the driver's thread or the link's; must not block. */
    interface Receiver {
        /**
         * Something was published.
         *
         * @param pattern of Redis, through which it comes; once for each that matches
         */
        void message(PatternBus bus, String pattern, String name, byte[] message);

        /** {@link #hears} may say something else now. */
        void changed();
    }

    /**
     * @param pulse shows if the connection goes deaf
     */
    PatternBus(RedisConnections server, Receiver receiver, BusPulse pulse) {
        this.server = server;
        this.pulse = pulse;
        this.receiver = receiver;
        this.link = server.pubSubLink("patterns", new Listening());
        server.start();
    }

    private final class Listening
            implements RedisLink.Listener<StatefulRedisPubSubConnection<String, byte[]>> {
        @Override
        public void opened(StatefulRedisPubSubConnection<String, byte[]> connection) {
            BusBeat own = BusPulse.newBeat();
            connection.addListener(new Hearing(own));
            connection.sync().subscribe(own.name());
            beat = own;
        }

        @Override
        public RedisFuture<?> probe(StatefulRedisPubSubConnection<String, byte[]> connection) {
            return BusPulse.probe(connection, beat);
        }

        @Override
        public boolean isFit(StatefulRedisPubSubConnection<String, byte[]> connection) {
            return pulse.isHeard(beat);
        }

        @Override
        public void up() {
            if (everything) {
                subscribe(ChannelKeys.EVERYTHING);
            } else {
                wanted.forEach(PatternBus.this::subscribe);
            }
        }

        @Override
        public void down() {
            heard.clear();
            receiver.changed();
        }
    }

    private final class Hearing extends RedisPubSubAdapter<String, byte[]> {
        private final BusBeat own;

        Hearing(BusBeat own) {
            this.own = own;
        }

        @Override
        public void message(String name, byte[] message) {
            link.heard();
            own.beatHeard(message, BusPulse.nowMs());
        }

        @Override
        public void message(String pattern, String name, byte[] message) {
            link.heard();
            own.messageHeard();
            receiver.message(PatternBus.this, pattern, name, message);
        }

        @Override
        public void psubscribed(String pattern, long count) {
            heard.add(pattern);
            refused = null;
            receiver.changed();
        }

        @Override
        public void punsubscribed(String pattern, long count) {
            heard.remove(pattern);
        }
    }

    RedisConnections server() {
        return server;
    }

    /** Whether what matches the pattern comes from here. */
    boolean hears(String pattern) {
        return heard.contains(everything ? ChannelKeys.EVERYTHING : pattern);
    }

    /** Why it will not; null if it only has not yet. */
    @Nullable String refused() {
        return refused;
    }

    void want(String pattern) {
        if (wanted.add(pattern) && !everything) {
            subscribe(pattern);
        }
    }

    void wantNoMore(String pattern) {
        StatefulRedisPubSubConnection<String, byte[]> connection = link.current();
        if (wanted.remove(pattern) && connection != null && !everything) {
            report(pattern, connection.async().punsubscribe(pattern));
        }
    }

    private void subscribe(String pattern) {
        StatefulRedisPubSubConnection<String, byte[]> connection = link.current();
        if (connection != null) {
            report(pattern, connection.async().psubscribe(pattern));
        }
    }

    private void report(String pattern, RedisFuture<Void> sent) {
        sent.whenComplete(
                (nothing, thrown) -> {
                    if (thrown != null) {
                        refused(pattern, String.valueOf(thrown.getMessage()));
                    }
                });
    }

    private void refused(String pattern, String why) {
        if (why.startsWith(MAY_NOT) && !everything) {
            log.info("may not listen to {}, so to {}: {}", pattern, ChannelKeys.EVERYTHING, why);
            everything = true;
            subscribe(ChannelKeys.EVERYTHING);
            return;
        }
        log.warn("Redis refuses to bring {}: {}", pattern, why);
        refused = why;
        receiver.changed();
    }

    @Override
    public void close() {
        server.release(link);
    }
}
