package io.hawser.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks once a second whether an I/O thread does not go on, and tells people: once when it begins,
 * with what the thread does, and once when it is over. HAProxy hears of it at the agent port. On a
 * thread of its own.
 */
final class StuckWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StuckWatch.class);
    private static final long PERIOD_MS = 1_000;

    /** As XNIO calls its threads. */
    private static final String IO_THREAD = " I/O-";

    /** Enough to see who waits for what. */
    private static final int MAX_FRAMES = 12;

    private static final String ADVICE =
            "HAProxy closes this node's connections while it lasts, by the agent port. If no"
                    + " node.stuck.over follows, restart the node. Report what 'threads' shows";

    private final BooleanSupplier stuck;
    private final LongAdder times;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("stuck-watch").factory());
    private boolean seen;
    private boolean told;

    private StuckWatch(BooleanSupplier stuck, LongAdder times) {
        this.stuck = stuck;
        this.times = times;
    }

    /**
     * @param stuck whether an I/O thread does not go on now; must not block
     * @param times is counted up each time that it begins
     */
    static StuckWatch start(BooleanSupplier stuck, LongAdder times) {
        var watch = new StuckWatch(stuck, times);
        var _ =
                watch.timer.scheduleWithFixedDelay(
                        watch::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        return watch;
    }

    /** Twice in a row it counts: after a pause of the whole process all look stuck for a moment. */
    private void look() {
        boolean now = stuck.getAsBoolean();
        if (now && seen && !told) {
            told = true;
            times.increment();
            log.atError()
                    .addKeyValue("threads", ioThreads())
                    .addKeyValue("advice", ADVICE)
                    .log("node.stuck");
        } else if (told && !now) {
            told = false;
            log.atWarn().log("node.stuck.over");
        }
        seen = now;
    }

    private static String ioThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> each.getKey().getName().contains(IO_THREAD))
                .map(each -> each.getKey().getName() + " " + frames(each.getValue()))
                .sorted()
                .collect(Collectors.joining("; "));
    }

    private static String frames(StackTraceElement[] stack) {
        return Stream.of(stack)
                .limit(MAX_FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
