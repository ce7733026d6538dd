package io.hawser.grid.event;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events that this node tells and has not heard back from the control channel: each is sent again
 * every second, for a minute. Pure: times come from the caller's clock. Not thread-safe.
 */
final class UnheardEvents {
    static final long PAUSE_MS = 1_000;
    static final int ATTEMPTS = 60;
    static final int MAX_EVENTS = 1_000;

    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    private record Waiting(GridEvent event, int attempts, long dueMs) {}

    /**
     * An event to be sent.
     *
     * @param attempt from 1
     */
    record Sending(GridEvent event, int attempt) {
        boolean isLast() {
            return attempt == ATTEMPTS;
        }
    }

    /**
     * Adds one, due at once.
     *
     * @return the oldest, which was given up because there were too many; null if none was
     */
    @Nullable GridEvent add(GridEvent event, long nowMs) {
        waiting.putIfAbsent(event.id(), new Waiting(event, 0, nowMs));
        if (waiting.size() <= MAX_EVENTS) {
            return null;
        }
        Iterator<Waiting> oldest = waiting.values().iterator();
        GridEvent lost = oldest.next().event();
        oldest.remove();
        return lost;
    }

    /** It came back. */
    void heard(String id) {
        waiting.remove(id);
    }

    /** What is to be sent now, oldest first. After the last attempt it is waited for no more. */
    List<Sending> due(long nowMs) {
        List<Sending> due = new ArrayList<>();
        for (Waiting each : List.copyOf(waiting.values())) {
            if (nowMs >= each.dueMs()) {
                var sending = new Sending(each.event(), each.attempts() + 1);
                due.add(sending);
                if (sending.isLast()) {
                    waiting.remove(each.event().id());
                } else {
                    waiting.put(
                            each.event().id(),
                            new Waiting(each.event(), sending.attempt(), nowMs + PAUSE_MS));
                }
            }
        }
        return due;
    }
}
