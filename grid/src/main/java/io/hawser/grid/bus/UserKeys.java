package io.hawser.grid.bus;

import io.hawser.grid.pubsub.UserQueue;

/**
 * Names in Redis of what belongs to a user: its queue and its positions, which share a hash tag.
 * Pure. An anonymous user has no queue: what names one throws {@link IllegalArgumentException}.
 */
public final class UserKeys {
    private UserKeys() {}

    /** The hash tag of all keys of a user, without the braces. */
    public static String tag(String user) {
        return ChannelKeys.tag(UserQueue.channel(user));
    }

    /** Hash with the user's positions. */
    public static String positions(String user) {
        return ChannelKeys.positions(user);
    }

    /** The stream of the user's queue. */
    public static String stream(String user) {
        return ChannelKeys.stream(UserQueue.channel(user));
    }

    /** Hash with the epoch and offset of the user's queue. */
    public static String meta(String user) {
        return ChannelKeys.meta(UserQueue.channel(user));
    }
}
