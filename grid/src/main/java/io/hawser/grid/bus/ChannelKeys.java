package io.hawser.grid.bus;

import io.hawser.grid.pubsub.UserQueue;
import io.hawser.grid.redis.RedisArguments;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Names in Redis. A channel stands in the hash tag with {@code {}, {@code }} and {@code %}
 * percent-encoded, so that all keys of a channel share a slot and every channel has its own. A
 * {@link UserQueue} has the tag {@code u:<user>} and names of its own behind it, so that a channel
 * {@code u:<user>} is another one. Pure.
 */
final class ChannelKeys {
    static final String CONTROL = "hawser:control";
    private static final String BEAT = "hawser:beat:";
    private static final String PREFIX = "hawser:{";
    private static final String BUS = "}:ch";
    private static final String QUEUE_BUS = "}:queue:ch";
    private static final String USER = "u:";
    private static final byte[] PREFIX_BYTES = bytes(PREFIX);
    private static final byte[] META_BYTES = bytes("}:meta");
    private static final byte[] STREAM_BYTES = bytes("}:stream");
    private static final byte[] BUS_BYTES = bytes(BUS);

    /** A pattern of Redis that users who may hear all that is ours may always ask for. */
    static final String EVERYTHING = "hawser:*";

    /** What means something in a pattern of Redis. */
    private static final Pattern GLOB = Pattern.compile("[\\\\*?\\[\\]^-]");

    private ChannelKeys() {}

    /** The hash tag of all keys of a channel, without the braces. */
    static String tag(String channel) {
        return encode(UserQueue.isQueue(channel) ? USER + UserQueue.user(channel) : channel);
    }

    /** Adds {@link #meta}, {@link #stream} and {@link #bus} of a channel. */
    static void add(RedisArguments to, String channel) {
        if (UserQueue.isQueue(channel)) {
            to.add(meta(channel)).add(stream(channel)).add(bus(channel));
            return;
        }
        byte[] tag = bytes(tag(channel));
        to.add(PREFIX_BYTES, tag, META_BYTES);
        to.add(PREFIX_BYTES, tag, STREAM_BYTES);
        to.add(PREFIX_BYTES, tag, BUS_BYTES);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String key(String channel, String name) {
        String queue = UserQueue.isQueue(channel) ? "queue:" : "";
        return PREFIX + tag(channel) + "}:" + queue + name;
    }

    /** The pub/sub channel on which one connection listens for itself. */
    static String beat(String connection) {
        return BEAT + connection;
    }

    /** Hash with {@code epoch}, {@code offset}, and {@code version} and {@code version_epoch}. */
    static String meta(String channel) {
        return key(channel, "meta");
    }

    static String stream(String channel) {
        return UserQueue.isQueue(channel)
                ? PREFIX + tag(channel) + "}:queue"
                : key(channel, "stream");
    }

    /** The pub/sub channel. */
    static String bus(String channel) {
        return key(channel, "ch");
    }

    /** Sorted set of idempotency keys by when they are forgotten, in ms since 1970. */
    static String idempotency(String channel) {
        return key(channel, "idem");
    }

    /** Hash with the position that was the answer to each idempotency key. */
    static String answers(String channel) {
        return key(channel, "idem:at");
    }

    /** Hash with what a user has acknowledged. */
    static String positions(String user) {
        return PREFIX + encode(USER + user) + "}:acks";
    }

    /**
     * A pattern of Redis for the pub/sub channels of all channels that begin so; others may match
     * it too, as an encoded name is longer than the name.
     */
    static String busPattern(String prefix) {
        return PREFIX + GLOB.matcher(encode(prefix)).replaceAll("\\\\$0") + "*" + BUS;
    }

    /** Whether it was made by {@link #bus}. */
    static boolean isBus(String name) {
        return name.startsWith(PREFIX)
                && name.endsWith(BUS)
                && name.length() > PREFIX.length() + BUS.length();
    }

    /** The channel of a name made by {@link #bus}. */
    static String channelOfBus(String name) {
        if (name.startsWith(PREFIX + USER) && name.endsWith(QUEUE_BUS)) {
            int start = PREFIX.length() + USER.length();
            return UserQueue.channel(
                    decode(name.substring(start, name.length() - QUEUE_BUS.length())));
        }
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
