package io.hawser.grid.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * One Redis server and all connections of this process to it: at a fixed address, or the master
 * that Sentinels name at each connect. Thread-safe.
 *
 * <p>The driver's own reconnecting is off: {@link RedisLink} does it, the same way at the start,
 * after a loss and when the server hangs, and nothing is replayed.
 */
public final class RedisConnections implements RedisServers {
    private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);

    /** How long a connect or a command may take, if nothing else is said. */
    public static final Duration TIMEOUT = Duration.ofMillis(500);

    /** Keys and channels are text, values are bytes. */
    static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    /** How many times longer the first commands of a connection may take, on a busy machine. */
    private static final int PATIENCE = 4;

    private static final int MAX_QUEUED_COMMANDS = 10_000;

    private final RedisURI uri;
    private final int waitReplicas;
    private final Membership membership;
    private final ClientResources resources;
    private final RedisClient client;

    /**
     * For SUBSCRIBE. In RESP2, for of RESP3 the driver takes each message apart twice; but there
     * who has subscribed may not ask whether the server is a master.
     */
    private final RedisClient listening;

    private final RedisLink<StatefulRedisConnection<String, String>> text;
    private final List<RedisLink<?>> links = new CopyOnWriteArrayList<>();
    private volatile boolean watched;

    /**
     * What a server of several has from the others.
     *
     * @param resources the driver's threads; null for own ones
     * @param masterOnly whether it may turn out to be a replica, which is of no use
     * @param sharded whether its channels are published and heard with SPUBLISH and SSUBSCRIBE
     * @param doubt called if a connection is lost or the server refuses what it should have; must
     *     not block
     */
    record Membership(
            @Nullable ClientResources resources,
            boolean masterOnly,
            boolean sharded,
            Runnable doubt) {}

    /**
     * As {@link #RedisConnections(RedisSettings)}, with the default timeout.
     *
     * @param uri {@code redis://[user:password@]host[:port][/db]} or {@code rediss://…}
     * @throws IllegalArgumentException if {@code uri} is not one
     */
    public RedisConnections(String uri) {
        this(RedisSettings.standalone(uri));
    }

    /** Connects to nothing yet; {@link #start} does. */
    RedisConnections(RedisSettings settings) {
        this(
                settings,
                settings.addresses().getFirst(),
                new Membership(null, settings.mode() == RedisMode.SENTINEL, false, () -> {}));
    }

    /** One of several. */
    RedisConnections(RedisSettings settings, RedisURI uri, Membership membership) {
        this.uri = uri;
        this.waitReplicas = settings.waitReplicas();
        this.membership = membership;
        ClientResources shared = membership.resources();
        resources = shared == null ? DriverThreads.builder().build() : shared;
        client = RedisClient.create(resources, uri);
        client.setOptions(options(settings).build());
        listening = membership.masterOnly() ? client : inResp2(settings);
        text = link("text", client::connect, new Looking());
    }

    private RedisClient inResp2(RedisSettings settings) {
        RedisClient made = RedisClient.create(resources, uri);
        made.setOptions(options(settings).protocolVersion(ProtocolVersion.RESP2).build());
        return made;
    }

    /** Looks each second whether somebody listens to patterns. */
    private final class Looking
            implements RedisLink.Listener<StatefulRedisConnection<String, String>> {
        @Override
        public void opened(StatefulRedisConnection<String, String> connection) {
            look(connection);
        }

        @Override
        public boolean isFit(StatefulRedisConnection<String, String> connection) {
            look(connection);
            return true;
        }
    }

    private void look(StatefulRedisConnection<String, String> connection) {
        if (!isSharded()) {
            return;
        }
        connection
                .async()
                .pubsubNumpat()
                .whenComplete(
                        (patterns, thrown) -> {
                            if (thrown == null) {
                                watched = patterns > 0;
                            } else {
                                log.debug("{} does not say who listens", this, thrown);
                            }
                        });
    }

    private static ClientOptions.Builder options(RedisSettings settings) {
        return options(ClientOptions.builder(), settings).autoReconnect(false);
    }

    /** What all connections have in common. */
    static ClientOptions.Builder options(ClientOptions.Builder builder, RedisSettings settings) {
        Duration timeout = settings.timeout();
        if (!settings.trusted().isEmpty()) {
            byte[] pem = settings.trusted().getBytes(StandardCharsets.US_ASCII);
            builder.sslOptions(
                    SslOptions.builder()
                            .jdkSslProvider()
                            .trustManager(() -> new ByteArrayInputStream(pem))
                            .build());
        }
        return builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled())
                .socketOptions(
                        SocketOptions.builder().connectTimeout(timeout).keepAlive(true).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled());
    }

    /** {@link RedisSettings#waitReplicas}. */
    int waitReplicas() {
        return waitReplicas;
    }

    /** How long replicas may take: less than that after which a silent connection is given up. */
    Duration replicaPatience() {
        return uri.getTimeout().dividedBy(2);
    }

    /** How long the preparation of a new connection may take. */
    Duration patience() {
        return uri.getTimeout().multipliedBy(PATIENCE);
    }

    /**
     * A connection of its own for many commands at a time. None of them has a timeout: answers come
     * in order, and if none comes at all, the link gives the connection up.
     */
    public RedisLink<StatefulRedisConnection<String, byte[]>> commandLink(
            String name, RedisLink.Listener<StatefulRedisConnection<String, byte[]>> listener) {
        return link(
                name,
                () -> {
                    StatefulRedisConnection<String, byte[]> connection = client.connect(CODEC);
                    connection.setTimeout(Duration.ZERO);
                    return connection;
                },
                listener);
    }

    /** A connection of its own for SUBSCRIBE. */
    public RedisLink<StatefulRedisPubSubConnection<String, byte[]>> pubSubLink(
            String name,
            RedisLink.Listener<StatefulRedisPubSubConnection<String, byte[]>> listener) {
        return link(name, () -> listening.connectPubSub(CODEC), listener);
    }

    /** Closes one of its links, which is used no more; waits a moment until it is. */
    public void release(RedisLink<?> link) {
        links.remove(link);
        link.close();
    }

    private <C extends StatefulRedisConnection<String, ?>> RedisLink<C> link(
            String name, Supplier<C> opener, RedisLink.Listener<C> listener) {
        RedisLink<C> link =
                new RedisLink<>(
                        name,
                        uri.getTimeout(),
                        opener,
                        membership.masterOnly() ? new MasterOnly<>(listener) : listener,
                        maxMs -> DriverThreads.awaitLook(resources, maxMs),
                        membership.doubt());
        links.add(link);
        return link;
    }

    @Override
    public void listen(Runnable changed) {
        // Nothing ever changes.
    }

    @Override
    public void start() {
        links.forEach(RedisLink::start);
    }

    @Override
    public List<RedisConnections> all() {
        return List.of(this);
    }

    @Override
    public boolean isComplete() {
        return true;
    }

    @Override
    public RedisConnections of(String tag) {
        return this;
    }

    @Override
    public Tenure tenure(String tag) {
        return Tenure.ALWAYS;
    }

    @Override
    public RedisConnections toAll(String busName) {
        return this;
    }

    @Override
    public boolean bringsToAll(RedisConnections server, String busName) {
        return true;
    }

    /** For occasional commands of keys and values in text; null while not connected. */
    @Override
    public Supplier<@Nullable RedisAsyncCommands<String, String>> textCommands() {
        return () -> {
            StatefulRedisConnection<String, String> connection = text.current();
            return connection == null ? null : connection.async();
        };
    }

    @Override
    public Supplier<@Nullable RedisAsyncCommands<String, String>> decidingCommands() {
        return textCommands();
    }

    /** Whether its channels are published and heard with SPUBLISH and SSUBSCRIBE. */
    public boolean isSharded() {
        return membership.sharded();
    }

    /**
     * Whether somebody listens to patterns there ({@code PSUBSCRIBE}), who hears nothing of what is
     * published in slots. Known a second or two after it has become so; false where channels are
     * published to all anyway.
     */
    public boolean isWatched() {
        return watched;
    }

    /** The server refused what it should have: it may not be its any more. Never blocks. */
    public void doubt() {
        membership.doubt().run();
    }

    /** True while all connections are up. */
    public boolean isUp() {
        return links.stream().allMatch(link -> link.current() != null);
    }

    /** How long the last answered PING took, in milliseconds. */
    public double latencyMs() {
        return text.latencyMs();
    }

    /** {@code host:port/db}, or {@code sentinel name/db}. */
    @Override
    public String identity() {
        return RedisSettings.place(uri);
    }

    @Override
    public Timer timer() {
        return client.getResources().timer();
    }

    @Override
    public void close() {
        links.forEach(RedisLink::close);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        listening.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        if (membership.resources() == null) {
            DriverThreads.shutdown(resources);
        }
    }

    @Override
    public String toString() {
        return identity();
    }
}
