package io.hawser.grid.affinity;

import io.hawser.grid.affinity.ClientEvent.Came;
import io.hawser.grid.affinity.ClientEvent.Went;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Writes this node's clients into the grid's map, after they were answered: one virtual thread,
 * batches, a bounded queue. What fails is tried again; what finds no room in the queue is counted,
 * and all clients of this node are asserted some seconds later, as they are now and then anyway, so
 * that a mapping lives as long as its client is here.
 *
 * <p>Thread-safe; {@link #offer} never blocks.
 */
final class AffinityWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AffinityWriter.class);
    private static final int BATCH = 2_000;

    /** Entry processors are dearer than plain writes. */
    private static final int TOUCH_BATCH = 500;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final long CLOSE_TIMEOUT_MS = 2_000;

    private final Limits limits;
    private final EventQueue<ClientEvent> queue;
    private final Arrivals arrivals;
    private final Touches touches;
    private final LocalClients clients;
    private final LongAdder overflows = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private final long ttlSeconds;
    private final long assertEveryNanos;
    private volatile boolean parked;
    private volatile boolean closing;
    private volatile boolean repair;
    private volatile List<ClientEvent> held = List.of(); // written by the writer's thread only
    private volatile boolean writing;
    private boolean failing; // this and the next: the writer's thread only
    private long assertAtNanos;

    /**
     * Bounds and pauses.
     *
     * @param capacity events that may wait
     * @param repairAfter when all clients are asserted after something was lost
     * @param assertPause between two batches of an assertion, so that nobody feels it
     * @param gather after a batch, for the next one to grow: a write costs about as much for one
     *     client as for fifty
     */
    record Limits(int capacity, Duration repairAfter, Duration assertPause, Duration gather) {
        static final Limits DEFAULT =
                new Limits(
                        65_536,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(50),
                        Duration.ofMillis(20));
    }

    /** Takes clients in that have come; throws {@link AffinityException} if it cannot. */
    interface Arrivals {
        /** Returns those that have to come again. */
        List<Came> take(Map<String, Came> byKey);
    }

    /** Lets mappings of this node live on; throws {@link AffinityException} if it cannot. */
    interface Touches {
        /**
         * Lets them live on.
         *
         * @param present whether their clients are here
         */
        void touch(Set<String> keys, boolean present, long ttlSeconds);
    }

    /**
     * @param ttl of a mapping; three times as long as between two assertions
     */
    AffinityWriter(
            Arrivals arrivals, Touches touches, LocalClients clients, Duration ttl, Limits limits) {
        this.limits = limits;
        this.queue = new EventQueue<>(limits.capacity());
        this.arrivals = arrivals;
        this.touches = touches;
        this.clients = clients;
        this.ttlSeconds = ttl.toSeconds();
        this.assertEveryNanos = ttl.toNanos() / 3;
        this.assertAtNanos = System.nanoTime() + assertEveryNanos;
        this.thread = Thread.ofVirtual().name("affinity-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void offer(ClientEvent event) {
        if (!queue.offer(event)) {
            overflows.increment();
            repair = true;
        }
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** Events that wait, those included that are being written. */
    int waiting() {
        // Read last: some are in neither for a moment, when they are taken from the queue.
        return Math.max(queue.size() + held.size(), writing ? 1 : 0);
    }

    /** Events that found no room, since the start. */
    long overflows() {
        return overflows.sum();
    }

    /** Writes that failed or timed out, since the start. */
    long failures() {
        return failures.sum();
    }

    /** Writes what waits, for two seconds at most, and stops. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_TIMEOUT_MS))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!(closing && waiting() == 0) && !Thread.currentThread().isInterrupted()) {
            try {
                step();
                failing = false;
            } catch (RuntimeException e) {
                // Whatever it is: without this thread nothing would be remembered any more.
                failed(e);
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void step() {
        scheduleRepair();
        if (waiting() > 0) {
            if (writeWaiting()) {
                gather();
            } else {
                // One is counted, and in the queue in a moment.
                LockSupport.parkNanos(this, MOMENT_NANOS);
            }
        } else if (System.nanoTime() - assertAtNanos > 0) {
            assertAtNanos = System.nanoTime() + assertEveryNanos;
            assertAll();
        } else {
            rest();
        }
    }

    private void scheduleRepair() {
        if (repair) {
            repair = false;
            long soon = System.nanoTime() + limits.repairAfter().toNanos();
            assertAtNanos = assertAtNanos - soon < 0 ? assertAtNanos : soon;
        }
    }

    private void gather() {
        if (queue.size() < BATCH && !closing) {
            LockSupport.parkNanos(this, limits.gather().toNanos());
        }
    }

    private void rest() {
        parked = true;
        if (queue.isEmpty() && !closing) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        parked = false;
    }

    private void failed(RuntimeException e) {
        failures.increment();
        held = again(held);
        if (!failing) {
            log.warn("cannot write to the grid where clients are, retrying", e);
        }
        failing = true;
    }

    /**
     * What failed goes first, so that the last word about a client stays the last.
     *
     * @return whether there was something to write
     */
    private boolean writeWaiting() {
        boolean any;
        writing = true;
        try {
            List<ClientEvent> events = new ArrayList<>(held);
            events.addAll(queue.take(BATCH - events.size()));
            any = !events.isEmpty();
            held = events;
            held = again(write(events));
        } finally {
            writing = false;
        }
        if (!held.isEmpty()) {
            failures.increment();
            LockSupport.parkNanos(this, RETRY_NANOS);
        }
        return any;
    }

    private static List<ClientEvent> again(List<ClientEvent> events) {
        return events.stream().map(ClientEvent::again).toList();
    }

    /**
     * Those who came, then those who went: who came and went at once is remembered for a while.
     *
     * @return what has to be written again: who has to come again goes after that
     */
    private List<ClientEvent> write(List<ClientEvent> events) {
        Map<String, Came> came = new LinkedHashMap<>();
        Map<String, Went> went = new LinkedHashMap<>();
        for (ClientEvent event : events) {
            switch (event) {
                case Came each -> {
                    came.put(each.key(), each);
                    went.remove(each.key());
                }
                case Went each -> went.put(each.key(), each);
            }
        }
        List<ClientEvent> again = new ArrayList<>();
        for (Came each : came.isEmpty() ? List.<Came>of() : arrivals.take(came)) {
            again.add(each);
            Went after = went.remove(each.key());
            if (after != null) {
                again.add(after);
            }
        }
        touchGone(went);
        return again;
    }

    private void touchGone(Map<String, Went> went) {
        Map<Long, Set<String>> byTtl =
                went.values().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Went::ttlSeconds,
                                        HashMap::new,
                                        Collectors.mapping(Went::key, Collectors.toSet())));
        byTtl.forEach((ttl, keys) -> touches.touch(keys, false, ttl));
    }

    /** New events go before what is only said once more. */
    private void assertAll() {
        List<String> keys = clients.keys();
        try {
            for (int from = 0; from < keys.size() && !closing; from += TOUCH_BATCH) {
                int to = Math.min(keys.size(), from + TOUCH_BATCH);
                touches.touch(Set.copyOf(keys.subList(from, to)), true, ttlSeconds);
                var _ = writeWaiting();
                LockSupport.parkNanos(this, limits.assertPause().toNanos());
            }
        } catch (RuntimeException e) {
            repair = true;
            throw e;
        }
    }
}
