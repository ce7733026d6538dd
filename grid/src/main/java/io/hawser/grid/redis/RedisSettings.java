package io.hawser.grid.redis;

import io.lettuce.core.RedisURI;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which Redis a node uses, and how it speaks to it. Immutable.
 *
 * <p>An address is {@code redis://[[user]:password@]host[:port][/database]}, {@code rediss://…}
 * with TLS (and {@code ?verifyPeer=NONE|CA|FULL}, by default {@code FULL}). With {@link
 * RedisMode#SENTINEL} it is {@code
 * redis-sentinel://[[user]:password@]host[:port],…[/database]#name} or {@code rediss-sentinel://…},
 * with the Sentinels' hosts and the name of what they watch.
 *
 * @param uris the address; with {@link RedisMode#SHARDS} of all servers, with {@link
 *     RedisMode#CLUSTER} of some
 * @param timeout how long a connect or a command may take
 * @param trusted certificates in PEM that are trusted with TLS; empty for those that Java trusts
 * @param waitReplicas how many replicas must have a publication before it counts as stored; 0 or
 *     more
 * @param sentinels as whom the Sentinels are asked, which do not know the users of what they watch
 */
public record RedisSettings(
        RedisMode mode,
        List<String> uris,
        Duration timeout,
        String trusted,
        int waitReplicas,
        RedisLogin sentinels) {
    /** Without waiting for replicas, and without logging in to Sentinels. */
    public RedisSettings(RedisMode mode, List<String> uris, Duration timeout, String trusted) {
        this(mode, uris, timeout, trusted, 0, RedisLogin.NONE);
    }

    /**
     * @throws IllegalArgumentException if an address is none, or their number or kind does not suit
     *     the mode
     */
    public RedisSettings {
        uris = List.copyOf(uris);
        if (waitReplicas < 0) {
            throw new IllegalArgumentException(waitReplicas + " replicas");
        }
        boolean many = mode == RedisMode.SHARDS || mode == RedisMode.CLUSTER;
        if (uris.isEmpty() || (!many && uris.size() > 1)) {
            throw new IllegalArgumentException(uris.size() + " addresses for mode " + name(mode));
        }
        List<RedisURI> parsed = uris.stream().map(RedisSettings::parse).toList();
        parsed.forEach(uri -> check(mode, uri));
        if (parsed.stream().map(RedisSettings::place).distinct().count() < uris.size()) {
            throw new IllegalArgumentException("the same Redis twice");
        }
    }

    /** What the driver says of a bad address has the password in it. */
    private static RedisURI parse(String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an address of Redis");
        }
    }

    /** One server at a fixed address, spoken to with the default timeout. */
    public static RedisSettings standalone(String uri) {
        return new RedisSettings(RedisMode.STANDALONE, List.of(uri), RedisConnections.TIMEOUT, "");
    }

    private static void check(RedisMode mode, RedisURI uri) {
        boolean sentinels = !uri.getSentinels().isEmpty();
        if (sentinels != (mode == RedisMode.SENTINEL)) {
            throw new IllegalArgumentException("not an address for mode " + name(mode));
        }
        if (sentinels && isEmpty(uri.getSentinelMasterId())) {
            throw new IllegalArgumentException("an address of Sentinels ends with #name");
        }
        if (!sentinels && isEmpty(uri.getHost())) {
            throw new IllegalArgumentException("redis URI without a host");
        }
        if (mode == RedisMode.CLUSTER && uri.getDatabase() != 0) {
            throw new IllegalArgumentException("a Redis Cluster has no other database than 0");
        }
    }

    private static String name(RedisMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    /** The addresses as the driver wants them. */
    List<RedisURI> addresses() {
        return uris.stream().map(this::address).toList();
    }

    private RedisURI address(String text) {
        RedisURI uri = RedisURI.create(text);
        uri.setTimeout(timeout);
        uri.getSentinels().forEach(this::prepare);
        return uri;
    }

    private void prepare(RedisURI sentinel) {
        sentinel.setTimeout(timeout);
        if (!sentinels.password().isEmpty()) {
            sentinel.setCredentialsProvider(sentinels.provider());
        }
    }

    /**
     * Which Redis this is, without credentials; the same on all nodes of a grid, in whatever order
     * the servers are listed.
     */
    public String identity() {
        return switch (mode) {
            case STANDALONE, SENTINEL -> place(addresses().getFirst());
            case CLUSTER -> "cluster";
            case SHARDS ->
                    addresses().stream()
                            .map(RedisSettings::place)
                            .sorted()
                            .collect(Collectors.joining(", ", "shards ", ""));
        };
    }

    /** {@code host:port/database}. */
    static String place(RedisURI uri) {
        String where =
                uri.getSentinels().isEmpty()
                        ? uri.getHost() + ":" + uri.getPort()
                        : "sentinel " + uri.getSentinelMasterId();
        return where + "/" + uri.getDatabase();
    }
}
