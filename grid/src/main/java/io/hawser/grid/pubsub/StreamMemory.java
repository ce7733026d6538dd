package io.hawser.grid.pubsub;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a node keeps of all streams, on whichever server they are. Thread-safe.
 *
 * @param seen what it has seen of them: its publishes and reads tell Redis
 * @param unreadable entries and messages that this version could not read
 */
record StreamMemory(SeenPositions seen, LongAdder unreadable) {
    /** Channels whose positions are remembered at least. */
    private static final int SEEN_CHANNELS = 100_000;

    StreamMemory() {
        this(new SeenPositions(SEEN_CHANNELS), new LongAdder());
    }
}
