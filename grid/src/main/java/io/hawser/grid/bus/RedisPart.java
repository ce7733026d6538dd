package io.hawser.grid.bus;

import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisServers;

/**
 * What the broker has on one Redis server: its streams and its bus. Thread-safe; nothing blocks.
 */
final class RedisPart implements AutoCloseable {
    /** Of all channels; an eighth of the queue before the connection. */
    private static final int READS_UNDER_WAY = 1024;

    private final RedisConnections server;
    private final Listener listener;
    private final RedisStore store;
    private final RedisBus bus;
    private final ReadTurns turns = new ReadTurns(READS_UNDER_WAY);

    /** Odd while bus and reads are up; changes with every coming and going of either. */
    private volatile int generation;

    private volatile boolean closed;

    /** Hears of the part, on the driver's threads or a link's; must not block. */
    interface Listener {
        void message(RedisPart part, String name, byte[] message);

        /** The bus of {@code name} is heard on the connection with this number. */
        void subscribed(RedisPart part, String name, long connection);

        /** The server will bring nothing more of {@code name}, and was not asked for that. */
        void dropped(RedisPart part, String name);

        /** {@link #generation} has changed. */
        void turned(RedisPart part);
    }

    /**
     * @param server one of {@code servers}, not started yet
     */
    RedisPart(
            RedisConnections server,
            RedisServers servers,
            PublishLimits publishing,
            Shedding shedding,
            StreamMemory memory,
            Listener listener) {
        this.server = server;
        this.listener = listener;
        this.store =
                new RedisStore(
                        server, servers::tenure, publishing, shedding, memory, this::changed);
        this.bus =
                new RedisBus(
                        server,
                        () -> servers.bringsToAll(server, ChannelKeys.CONTROL),
                        new FromBus(),
                        new BusPulse(store::publishBeat));
    }

    /** What the pub/sub connection says, on the driver's thread. */
    private final class FromBus implements RedisBus.Receiver {
        @Override
        public void message(String name, byte[] message) {
            listener.message(RedisPart.this, name, message);
        }

        @Override
        public void subscribed(String name, long connection) {
            listener.subscribed(RedisPart.this, name, connection);
        }

        @Override
        public void dropped(String name) {
            server.doubt();
            listener.dropped(RedisPart.this, name);
        }

        @Override
        public void changed() {
            RedisPart.this.changed();
        }
    }

    /** Any thread: bus or reads came or went. */
    private void changed() {
        RedisBus itsBus = bus;
        RedisStore itsStore = store;
        synchronized (this) {
            boolean wasUp = isJoinable();
            boolean isUp = itsBus.isUp() && itsStore.canRead() && !closed;
            if (wasUp == isUp) {
                return;
            }
            generation = generation + 1;
        }
        listener.turned(this);
    }

    RedisConnections server() {
        return server;
    }

    RedisStore store() {
        return store;
    }

    RedisBus bus() {
        return bus;
    }

    /** In which channels read. */
    ReadTurns turns() {
        return turns;
    }

    int generation() {
        return generation;
    }

    /** By the generation, not by the links: only when it has changed do joins find the store. */
    private boolean isJoinable() {
        return generation % 2 == 1;
    }

    /** Whether everything works. */
    boolean isUp() {
        return isJoinable()
                && bus.isUp()
                && store.canRead()
                && store.canPublish()
                && !store.isRefusing()
                && !closed;
    }

    /** Its channels are told that it is away. The server stays its owner's. */
    @Override
    public void close() {
        closed = true;
        changed();
        bus.close();
        store.close();
    }
}
