package io.hawser.grid.bus;

import io.hawser.grid.pubsub.SeenPositions;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a node keeps of all streams, on whichever server they are. Thread-safe.
 *
 * @param seen what it has seen of them: its publishes and reads tell Redis
 * @param unreadable entries and messages that this version could not read
 */
record StreamMemory(SeenPositions seen, LongAdder unreadable) {
    StreamMemory() {
        this(new SeenPositions(), new LongAdder());
    }
}
