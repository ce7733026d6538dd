package io.hawser.grid.pubsub;

/**
 * Names in Redis. A channel stands in the hash tag with {@code {}, {@code }} and {@code %}
 * percent-encoded, so that all keys of a channel share a slot and every channel has its own. Pure.
 */
final class ChannelKeys {
    static final String CONTROL = "hawser:control";
    private static final String BEAT = "hawser:beat:";
    private static final String PREFIX = "hawser:{";
    private static final String BUS = "}:ch";

    private ChannelKeys() {}

    /** The pub/sub channel on which one connection listens for itself. */
    static String beat(String connection) {
        return BEAT + connection;
    }

    /** Hash with {@code epoch}, {@code offset}, and {@code version} and {@code version_epoch}. */
    static String meta(String channel) {
        return PREFIX + encode(channel) + "}:meta";
    }

    static String stream(String channel) {
        return PREFIX + encode(channel) + "}:stream";
    }

    /** The pub/sub channel. */
    static String bus(String channel) {
        return PREFIX + encode(channel) + BUS;
    }

    /** Sorted set of idempotency keys by when they are forgotten, in ms since 1970. */
    static String idempotency(String channel) {
        return PREFIX + encode(channel) + "}:idem";
    }

    /** Hash with the position that was the answer to each idempotency key. */
    static String answers(String channel) {
        return PREFIX + encode(channel) + "}:idem:at";
    }

    /** The channel of a name made by {@link #bus}. */
    static String channelOfBus(String name) {
        if (!name.startsWith(PREFIX) || !name.endsWith(BUS)) {
            throw new IllegalArgumentException("not a channel's bus: " + name);
        }
        return decode(name.substring(PREFIX.length(), name.length() - BUS.length()));
    }

    private static String encode(String channel) {
        if (channel.indexOf('{') < 0 && channel.indexOf('}') < 0 && channel.indexOf('%') < 0) {
            return channel;
        }
        return channel.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    }

    private static String decode(String encoded) {
        return encoded.replace("%7D", "}").replace("%7B", "{").replace("%25", "%");
    }
}
