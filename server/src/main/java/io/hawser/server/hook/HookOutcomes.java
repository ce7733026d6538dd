package io.hawser.server.hook;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often a hook ended in which way. Thread-safe. */
public final class HookOutcomes {
    private final Map<Outcome, LongAdder> counts = new ConcurrentHashMap<>();

    /** How the hook of one event ended. */
    public enum Outcome {
        /** Taken, or ended with exit code 0. */
        DONE,
        /** Refused, not answered, not started, timed out or another exit code: given up. */
        FAILED,
        /** Not even tried: too many were waiting, or the node stopped. */
        DROPPED
    }

    void add(Outcome outcome) {
        counts.computeIfAbsent(outcome, o -> new LongAdder()).increment();
    }

    /** Since the start. */
    public long count(Outcome outcome) {
        LongAdder count = counts.get(outcome);
        return count == null ? 0 : count.sum();
    }
}
