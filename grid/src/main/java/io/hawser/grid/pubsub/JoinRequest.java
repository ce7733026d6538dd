package io.hawser.grid.pubsub;

import org.jspecify.annotations.Nullable;

/**
 * What a new local subscriber of a channel wants.
 *
 * @param history the channel's history; without it there is no position and nothing to recover
 * @param since recover everything after this position; null for a fresh start. An empty epoch
 *     stands for the current one.
 * @param recoveryLimit publications at most in a recovery; if more were missed, nothing is
 *     recovered
 */
public record JoinRequest(
        HistoryOptions history, @Nullable StreamPosition since, int recoveryLimit) {
    /** A fresh subscriber of a channel without history. */
    public static final JoinRequest LIVE = new JoinRequest(HistoryOptions.NONE, null, 0);
}
