package io.hawser.server.session;

import io.hawser.grid.delivery.ResumePoint;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.Command;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One session's subscription to one channel. Confined to the session's I/O thread. */
final class Subscription {
    /** Commands about the channel that may wait for its join; SDKs send one or two. */
    private static final int MAX_DEFERRED = 16;

    final String channel;
    final ChannelOptions options;
    final boolean serverSide;
    final Payload info;
    final SubscriptionFlags flags;
    final Selection selection;

    /** When the subscription ends unless refreshed, milliseconds since 1970; 0 for never. */
    long expiresAtMs;

    /** True while others have been told that the client is here. */
    boolean announced;

    /** From where it goes on; null unless the channel is one that users acknowledge. */
    @Nullable ResumePoint point;

    /** The stream's life that it is in; empty until it has joined. */
    String epoch = "";

    private boolean joined;
    private @Nullable Deque<Command> deferred;

    Subscription(
            String channel,
            ChannelOptions options,
            boolean serverSide,
            Payload info,
            SubscriptionFlags flags,
            Selection selection,
            long expiresAtMs) {
        this.channel = channel;
        this.options = options;
        this.serverSide = serverSide;
        this.info = info;
        this.flags = flags;
        this.selection = selection;
        this.expiresAtMs = expiresAtMs;
    }

    /** True once the broker has given a position. */
    boolean joined() {
        return joined;
    }

    void markJoined(String inEpoch) {
        joined = true;
        epoch = inEpoch;
    }

    /** Whether something is to be recovered, as the client or its user's position wants. */
    boolean recovering(boolean asked) {
        return asked || (point != null && point.known());
    }

    /**
     * Keeps a command about this channel until the join is answered, so that commands on one
     * channel take effect in order.
     *
     * @return false if too many wait already
     */
    boolean defer(Command command) {
        if (deferred == null) {
            deferred = new ArrayDeque<>();
        }
        return deferred.size() < MAX_DEFERRED && deferred.add(command);
    }

    boolean hasDeferred() {
        return deferred != null;
    }

    /** Hands out the deferred commands, oldest first, and forgets them. */
    Iterable<Command> takeDeferred() {
        Deque<Command> taken = deferred;
        deferred = null;
        return taken == null ? List.of() : taken;
    }
}
