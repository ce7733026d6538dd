package io.hawser.cli.soak;

import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The log of what was published to one channel, by one publisher that sends a number only when it
 * has done with the one before: knows where it is stored, or gave up, so that it may be stored or
 * not, now or later. Pure. Thread-safe.
 */
final class Publishes {
    /** By number; what is not acknowledged is null. */
    private final List<@Nullable StreamPosition> positions = new ArrayList<>();

    private final Map<String, String> epochs = new HashMap<>();
    private long acknowledged;

    /** The next number, which is sent from now on, once or several times. */
    synchronized long send() {
        positions.add(null);
        return positions.size();
    }

    /** The last one sent, 0 if none was. */
    synchronized long lastSent() {
        return positions.size();
    }

    /** A node has answered that it is stored there. */
    synchronized void acknowledged(long number, StreamPosition position) {
        String epoch = epochs.computeIfAbsent(position.epoch(), each -> each);
        acknowledged++;
        positions.set(index(number), new StreamPosition(position.offset(), epoch));
    }

    /** Where it is stored; null if nobody knows. */
    synchronized @Nullable StreamPosition at(long number) {
        return positions.get(index(number));
    }

    synchronized long countAcknowledged() {
        return acknowledged;
    }

    private static int index(long number) {
        return Math.toIntExact(number - 1);
    }
}
