package io.hawser.server.session;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.security.ChannelOverrides;

import org.jspecify.annotations.Nullable;

/**
 * What holds for one subscription, from its namespace, its token and what the client asked for.
 *
 * @param presence the client is listed in the channel's presence
 * @param emitJoinLeave its coming and going is announced, while the channel is small enough
 * @param pushJoinLeave it hears who comes and goes
 * @param recoverable the client may recover missed publications
 * @param positioned the client is told when the stream's continuity is lost; never where its
 *     namespace drops publications for slow consumers
 */
record SubscriptionFlags(
        boolean presence,
        boolean emitJoinLeave,
        boolean pushJoinLeave,
        boolean recoverable,
        boolean positioned) {

    static SubscriptionFlags of(ChannelOptions options, ChannelOverrides overrides, Wish wish) {
        boolean history = options.history().enabled();
        boolean recoverable =
                history
                        && (wish.recoverable()
                                || options.acknowledged()
                                || either(overrides.forceRecovery(), options.forceRecovery()));
        boolean watched =
                wish.positioned()
                        || either(overrides.forcePositioning(), options.forcePositioning());
        boolean positioned =
                !options.slowConsumer().drops() && (recoverable || (history && watched));
        boolean joinLeave = either(overrides.joinLeave(), options.joinLeave());
        return new SubscriptionFlags(
                either(overrides.presence(), options.presence()),
                joinLeave,
                joinLeave
                        && (wish.joinLeave()
                                || either(
                                        overrides.forcePushJoinLeave(),
                                        options.forcePushJoinLeave())),
                recoverable,
                positioned);
    }

    /** Whether presence has to know of the client: to list it, or for its coming and going. */
    boolean isMember() {
        return presence || emitJoinLeave;
    }

    private static boolean either(@Nullable Boolean override, boolean option) {
        return override != null ? override : option;
    }

    /** What the client asks for. */
    record Wish(boolean recoverable, boolean positioned, boolean joinLeave) {
        static final Wish NOTHING = new Wish(false, false, false);
    }
}
