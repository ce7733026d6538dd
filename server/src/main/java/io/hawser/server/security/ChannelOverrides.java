package io.hawser.server.security;

import org.jspecify.annotations.Nullable;

/**
 * Options of a channel that a token sets for one subscription; null leaves the namespace's.
 * Immutable, thread-safe.
 */
public record ChannelOverrides(
        @Nullable Boolean presence,
        @Nullable Boolean joinLeave,
        @Nullable Boolean forcePushJoinLeave,
        @Nullable Boolean forceRecovery,
        @Nullable Boolean forcePositioning) {
    /** All as the namespace says. */
    public static final ChannelOverrides NONE = new ChannelOverrides(null, null, null, null, null);
}
