package io.hawser.grid.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.Timer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * One Redis server and all connections of this process to it. Thread-safe.
 *
 * <p>The driver's own reconnecting is off: {@link RedisLink} does it, the same way at the start,
 * after a loss and when the server hangs, and nothing is replayed.
 */
public final class RedisConnections implements AutoCloseable {
    /** How long a connect or a command may take. */
    public static final Duration TIMEOUT = Duration.ofMillis(500);

    /** Keys and channels are text, values are bytes. */
    private static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private static final int MAX_QUEUED_COMMANDS = 10_000;

    private final RedisURI uri;
    private final RedisClient client;
    private final RedisLink<StatefulRedisConnection<String, String>> text;
    private final List<RedisLink<?>> links = new CopyOnWriteArrayList<>();

    /**
     * Connects to nothing yet; {@link #start} does.
     *
     * @param uri {@code redis://[user:password@]host[:port][/db]} or {@code rediss://…}
     * @throws IllegalArgumentException if {@code uri} is not one
     */
    public RedisConnections(String uri) {
        this(uri, TIMEOUT);
    }

    /**
     * As {@link #RedisConnections(String)}, with another limit for answers and for connecting.
     *
     * @param timeout how long an answer may take
     */
    public RedisConnections(String uri, Duration timeout) {
        this.uri = RedisURI.create(uri);
        if (this.uri.getHost() == null || this.uri.getHost().isEmpty()) {
            throw new IllegalArgumentException("redis URI without a host");
        }
        this.uri.setTimeout(timeout);
        client = RedisClient.create(this.uri);
        client.setOptions(options(timeout));
        text = link("text", client::connect, new RedisLink.Listener<>() {});
    }

    private static ClientOptions options(Duration timeout) {
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .socketOptions(
                        SocketOptions.builder().connectTimeout(timeout).keepAlive(true).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .build();
    }

    /** A connection of its own for commands; the caller decides when it flushes. */
    public RedisLink<StatefulRedisConnection<String, byte[]>> commandLink(
            String name, RedisLink.Listener<StatefulRedisConnection<String, byte[]>> listener) {
        return link(
                name,
                () -> {
                    StatefulRedisConnection<String, byte[]> connection = client.connect(CODEC);
                    connection.setAutoFlushCommands(false);
                    return connection;
                },
                listener);
    }

    /** A connection of its own for SUBSCRIBE. */
    public RedisLink<StatefulRedisPubSubConnection<String, byte[]>> pubSubLink(
            String name,
            RedisLink.Listener<StatefulRedisPubSubConnection<String, byte[]>> listener) {
        return link(name, () -> client.connectPubSub(CODEC), listener);
    }

    private <C extends StatefulRedisConnection<String, ?>> RedisLink<C> link(
            String name, Supplier<C> opener, RedisLink.Listener<C> listener) {
        RedisLink<C> link = new RedisLink<>(name, opener, listener);
        links.add(link);
        return link;
    }

    /**
     * Starts connecting, and returns at once whether or not the server is there. May be called
     * again: it starts what was added meanwhile.
     */
    public void start() {
        links.forEach(RedisLink::start);
    }

    /** For occasional commands of keys and values in text; null while not connected. */
    public Supplier<@Nullable RedisAsyncCommands<String, String>> textCommands() {
        return () -> {
            StatefulRedisConnection<String, String> connection = text.current();
            return connection == null ? null : connection.async();
        };
    }

    /** True while all connections are up. */
    public boolean isUp() {
        return links.stream().allMatch(link -> link.current() != null);
    }

    /** How long the last answered PING took, in milliseconds. */
    public double latencyMs() {
        return text.latencyMs();
    }

    /** Which Redis this is, without credentials: {@code host:port/db}. */
    public String identity() {
        return uri.getHost() + ":" + uri.getPort() + "/" + uri.getDatabase();
    }

    /** The driver's timer; tasks must be short. */
    public Timer timer() {
        return client.getResources().timer();
    }

    @Override
    public void close() {
        links.forEach(RedisLink::close);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
