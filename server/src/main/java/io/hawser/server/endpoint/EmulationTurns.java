package io.hawser.server.endpoint;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * One delivery of a session at a time, in the order they came: on their way to another node they
 * could overtake each other. Thread-safe.
 */
final class EmulationTurns {
    /** Deliveries of a session that may wait; the next one is refused. */
    static final int MAX_WAITING = 64;

    /** What waits, by session; a session whose delivery is under way is here. */
    private final Map<String, Deque<Runnable>> lines = new ConcurrentHashMap<>();

    private enum Place {
        FIRST,
        WAITS,
        FULL
    }

    /**
     * Starts {@code delivery} when those before it are over.
     *
     * @return its outcome; {@link EmulationOutcome#UNANSWERED} at once if too many wait
     */
    CompletionStage<EmulationOutcome> take(
            String session, Supplier<CompletionStage<EmulationOutcome>> delivery) {
        var outcome = new CompletableFuture<EmulationOutcome>();
        Runnable start = () -> run(session, delivery, outcome);
        switch (place(session, start)) {
            case FIRST -> start.run();
            case FULL -> outcome.complete(EmulationOutcome.UNANSWERED);
            case WAITS -> {
                // The one before starts it.
            }
        }
        return outcome;
    }

    private Place place(String session, Runnable start) {
        var place = new AtomicReference<>(Place.FULL);
        lines.compute(
                session,
                (key, line) -> {
                    if (line == null) {
                        place.set(Place.FIRST);
                        return new ArrayDeque<>(2);
                    }
                    if (line.size() < MAX_WAITING) {
                        place.set(Place.WAITS);
                        line.add(start);
                    }
                    return line;
                });
        return place.get();
    }

    private void run(
            String session,
            Supplier<CompletionStage<EmulationOutcome>> delivery,
            CompletableFuture<EmulationOutcome> outcome) {
        delivery.get()
                .whenComplete(
                        (result, failure) -> {
                            outcome.complete(
                                    failure == null ? result : EmulationOutcome.UNANSWERED);
                            next(session);
                        });
    }

    private void next(String session) {
        var next = new AtomicReference<Runnable>();
        lines.computeIfPresent(
                session,
                (key, line) -> {
                    next.set(line.poll());
                    return next.get() == null ? null : line;
                });
        Runnable start = next.get();
        if (start != null) {
            start.run();
        }
    }
}
