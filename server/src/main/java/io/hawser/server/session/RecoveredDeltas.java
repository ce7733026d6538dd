package io.hawser.server.session;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.delta.FossilDelta;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Deltas of publications that were missed, so that thousands who come back to a channel at once
 * share what the first of them had made. A table of fixed size: a new delta takes the place of an
 * older one, or of another channel's. Takes at most 16 MiB of heap, and only once deltas are
 * recovered. Thread-safe without locks: two threads may make the same delta at the same moment.
 */
public final class RecoveredDeltas {
    /** About three recoveries of the most publications that a client gets by default. */
    private static final int SLOT_BITS = 10;

    /** Longer pairs are not kept: they would be most of the memory. */
    private static final int MAX_PAIR_BYTES = 8 * 1024;

    /** 2^32 divided by the golden ratio: following offsets go to different slots. */
    private static final int SPREAD = 0x9E37_79B1;

    private final AtomicReferenceArray<@Nullable Made> made =
            new AtomicReferenceArray<>(1 << SLOT_BITS);

    /**
     * @param delta empty if it would not be shorter than what it makes
     */
    private record Made(Payload before, Payload next, Payload delta) {
        boolean isOf(Payload otherBefore, Payload otherNext) {
            return next.equals(otherNext) && before.equals(otherBefore);
        }
    }

    /**
     * A delta that was made earlier of exactly these bytes; empty if it was not worth it, null if
     * none is known. The place in the channel only tells where to look: of a stream that was forked
     * it may hold something else.
     */
    @Nullable Payload find(String channel, long offset, Payload before, Payload next) {
        Made known = made.get(slot(channel, offset));
        return known != null && known.isOf(before, next) ? known.delta() : null;
    }

    /** Makes the delta of two publications in a row; empty if it is not worth it. */
    Payload make(String channel, long offset, Payload before, Payload next) {
        Payload delta =
                FossilDelta.createIfShorter(before.bytes(), next.bytes())
                        .map(Payload::of)
                        .orElse(Payload.EMPTY);
        if (before.size() + next.size() <= MAX_PAIR_BYTES) {
            made.set(slot(channel, offset), new Made(before, next, delta));
        }
        return delta;
    }

    private static int slot(String channel, long offset) {
        return ((channel.hashCode() + Long.hashCode(offset)) * SPREAD)
                >>> (Integer.SIZE - SLOT_BITS);
    }
}
