package io.hawser.grid.pubsub;

/**
 * The channel that holds what is addressed to a user, whether the user is there or away: {@code
 * hawser.queue:} and the user. Pure.
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
}
