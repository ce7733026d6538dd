package io.hawser.grid.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.util.Timer;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Supplier;

/**
 * The Redis servers of a grid, and which of them has what. The only place that knows whether there
 * is one, a Redis Cluster, or several that know nothing of each other.
 *
 * <p>Guarantees of every implementation:
 *
 * <ol>
 *   <li>Nothing blocks but {@link #close}; every method may be called from any thread.
 *   <li>All keys with one hash tag are on one server.
 *   <li>Who listens hears of every change of {@link #all} and {@link #of} soon after it. A server
 *       that is gone is closed after that.
 *   <li>Two nodes agree on {@link #of}, but for the time that a change takes to get around: until
 *       then a server refuses what it does not have.
 * </ol>
 */
public interface RedisServers extends AutoCloseable {
    /** Makes them from the configuration; connects to nothing yet. */
    static RedisServers of(RedisSettings settings) {
        return switch (settings.mode()) {
            case STANDALONE, SENTINEL -> new RedisConnections(settings);
            case CLUSTER -> new RedisCluster(settings);
            case SHARDS -> new RedisShards(settings);
        };
    }

    /** Calls {@code changed} after each change, on a thread of its own; it may block. */
    void listen(Runnable changed);

    /**
     * Starts connecting, and returns at once whether or not anything is there. May be called again:
     * it starts what was added meanwhile.
     */
    void start();

    /** Those known now. */
    List<RedisConnections> all();

    /** True if every key has a server, reachable or not. */
    boolean isComplete();

    /**
     * Which one has the keys with this hash tag; null while nobody knows.
     *
     * @param tag without the braces, or a key that has none
     */
    @Nullable RedisConnections of(String tag);

    /**
     * For how long that server has had them; {@link Tenure#ALWAYS} where keys never move, or take
     * their data along.
     */
    Tenure tenure(String tag);

    /**
     * Over which one is sent now what all nodes have to hear; null while there is none.
     *
     * @param busName what is published to; of no channel
     */
    @Nullable RedisConnections toAll(String busName);

    /** Whether such a message may come over this one. */
    boolean bringsToAll(RedisConnections server, String busName);

    /**
     * For occasional commands of keys and values in text, on what is reachable; null while nothing
     * is. What was written may be gone after a failure.
     */
    Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> textCommands();

    /**
     * As {@link #textCommands}, but where one place decides for all nodes: null rather than another
     * place.
     */
    Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> decidingCommands();

    /** Which Redis this is, without credentials. */
    String identity();

    /** The driver's timer; tasks must be short. */
    Timer timer();

    @Override
    void close();
}
