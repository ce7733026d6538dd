package io.hawser.grid.pubsub;

/**
 * The channel that holds what is addressed to a user, whether the user is there or away: {@code
 * hawser.queue:} and the user. Its keys in Redis have a hash tag of the user's, which its positions
 * share (see {@link #tag}). Pure.
 */
public final class UserQueue {
    /** What stands before the colon; no configuration may use it. */
    public static final String NAMESPACE = "hawser.queue";

    private static final String PREFIX = NAMESPACE + ":";

    private UserQueue() {}

    /** The channel of the user, who has a name. */
    public static String channel(String user) {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("an anonymous user has no queue");
        }
        return PREFIX + user;
    }

    /** Whether the channel is somebody's queue. */
    public static boolean isQueue(String channel) {
        return channel.startsWith(PREFIX) && channel.length() > PREFIX.length();
    }

    /** Whose queue it is. */
    public static String user(String channel) {
        if (!isQueue(channel)) {
            throw new IllegalArgumentException("no queue of a user: " + channel);
        }
        return channel.substring(PREFIX.length());
    }

    /** The hash tag of all keys of a user, without the braces. */
    public static String tag(String user) {
        return ChannelKeys.tag(channel(user));
    }

    /** Hash with the user's positions. */
    public static String positionsKey(String user) {
        return ChannelKeys.positions(user);
    }

    /** The stream of the user's queue. */
    public static String streamKey(String user) {
        return ChannelKeys.stream(channel(user));
    }

    /** Hash with the epoch and offset of the user's queue. */
    public static String metaKey(String user) {
        return ChannelKeys.meta(channel(user));
    }
}
