package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.StreamPosition;

/**
 * A position as stores keep it, and the rules by which it moves. {@code positions.lua} has the same
 * rules. Pure.
 *
 * <ol>
 *   <li>Within an epoch it never moves back.
 *   <li>Another epoch takes its place, whatever the offset: epochs have no order, and whoever
 *       acknowledges is subscribed in the one that it names.
 *   <li>An epoch whose place was taken does not come back: it is of somebody who is late.
 * </ol>
 *
 * @param usedAtMs when it was last used, milliseconds since 1970
 * @param replaced the epoch before; empty if there was none
 */
record StoredPosition(StreamPosition position, long usedAtMs, String replaced) {
    static StoredPosition first(StreamPosition position, long nowMs) {
        return new StoredPosition(position, nowMs, "");
    }

    StoredPosition acknowledged(StreamPosition later, long nowMs) {
        if (later.epoch().equals(position.epoch())) {
            return later.offset() > position.offset()
                    ? new StoredPosition(later, nowMs, replaced)
                    : used(nowMs);
        }
        return later.epoch().equals(replaced)
                ? used(nowMs)
                : new StoredPosition(later, nowMs, position.epoch());
    }

    StoredPosition used(long nowMs) {
        return new StoredPosition(position, nowMs, replaced);
    }

    boolean isExpired(long nowMs, long ttlMs) {
        return nowMs - usedAtMs >= ttlMs;
    }
}
