package io.hawser.cli.soak;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run has shown: how often what was seen, and what must not be. Thread-safe. */
final class Findings {
    private static final int MAX_TOLD = 200;

    /** What must not be. */
    enum Violation {
        /** An offset was passed over, and nobody told the client. */
        SILENT_GAP,
        /** An offset came again though the client was told nothing between. */
        REPEATED,
        /** A publication where there is no subscription, or where nobody asked for it. */
        STRAY,
        /** Said to be recovered, and is not. */
        FALSE_RECOVERY,
        /** Said not to be recovered, with a part of what was missed. */
        PARTIAL_REPLAY,
        /** Said not to be recovered though the stream had it all. */
        NEEDLESS_LOSS,
        /** A later message stands before an earlier one. */
        OUT_OF_ORDER,
        /** One message stands in a stream twice. */
        TWICE,
        /** A message that nobody has published. */
        INVENTED,
        /** The stream itself has a hole. */
        HOLE,
        /** Acknowledged in an epoch that lives on, and not in the stream. */
        LOST,
        /** A client saw, in an epoch that lives on, what the stream does not have there. */
        FORKED,
        /** A client is not at the end of the stream, and does not get there. */
        LEFT_BEHIND,
        /** A node refused for good what it should not. */
        REFUSED
    }

    private final Map<String, Long> counts = new TreeMap<>();
    private final EnumMap<Violation, Long> violations = new EnumMap<>(Violation.class);
    private final List<String> told = new ArrayList<>();

    /** Counts one of these. */
    void count(String what) {
        count(what, 1);
    }

    synchronized void count(String what, long times) {
        counts.merge(what, times, Long::sum);
    }

    synchronized long counted(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** Notes a violation; the first of them are told one by one. */
    synchronized void violated(Violation violation, String where, String what) {
        violations.merge(violation, 1L, Long::sum);
        if (told.size() < MAX_TOLD) {
            String line = "%s %s %s: %s".formatted(Instant.now(), violation, where, what);
            told.add(line);
            System.out.println(line);
        }
    }

    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    synchronized Map<Violation, Long> violations() {
        return new EnumMap<>(violations);
    }
}
