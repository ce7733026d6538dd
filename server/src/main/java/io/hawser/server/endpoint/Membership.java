package io.hawser.server.endpoint;

import org.jspecify.annotations.Nullable;

/** One connection in one channel. Confined to the connection's I/O thread. */
final class Membership {
    final ClientConnection connection;
    final ChannelSubscribers channel;

    /** Whether it wants joins and leaves. */
    final boolean joinLeave;

    /** Its place among the channel's members. */
    int index;

    /** The next of the same connection: a list without nodes. */
    @Nullable Membership next;

    Membership(ClientConnection connection, ChannelSubscribers channel, boolean joinLeave) {
        this.connection = connection;
        this.channel = channel;
        this.joinLeave = joinLeave;
    }
}
