package io.hawser.server.endpoint;

import org.jspecify.annotations.Nullable;

/** One connection in one channel. Confined to the connection's I/O thread. */
final class Membership {
    final ClientConnection connection;
    final ChannelSubscribers channel;

    /** Whether it wants joins and leaves. */
    final boolean joinLeave;

    /** Whether it wants deltas; if so it has no filter. */
    final boolean delta;

    /** Those who want the same publications; null if it wants all. */
    final @Nullable FilterGroup group;

    /**
     * The {@link Delivery#id} of the last publication that it has, or has in its queue before
     * anything else of the channel and cannot lose; none if not known. Of use only with delta.
     */
    long base = Delivery.NONE;

    /** Its place among the channel's members. */
    int index;

    /** The next of the same connection: a list without nodes. */
    @Nullable Membership next;

    Membership(
            ClientConnection connection,
            ChannelSubscribers channel,
            boolean joinLeave,
            boolean delta,
            @Nullable FilterGroup group) {
        this.connection = connection;
        this.channel = channel;
        this.joinLeave = joinLeave;
        this.delta = delta;
        this.group = group;
    }
}
