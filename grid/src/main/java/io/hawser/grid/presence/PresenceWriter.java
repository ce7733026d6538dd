package io.hawser.grid.presence;

import io.hawser.grid.presence.LocalMembers.Ref;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the grid's map follow this node's own clients. Whoever changes a client {@link #changed
 * marks} it; one virtual thread takes what is marked, looks what is true at that moment and writes
 * it. So changes of one client join into one, their order cannot turn, and what waits is bounded.
 *
 * <p>Whatever may have gone astray (a write that failed, a mark that found no room, entries lost
 * with other members) is repaired by asserting everything anew: all own clients are written, and
 * entries of clients that this node does not have are removed.
 *
 * <p>Thread-safe; {@link #changed} never blocks.
 */
final class PresenceWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PresenceWriter.class);
    private static final int BATCH = 2_000;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A write that timed out may be applied until the grid's call timeout of 5 s is over. */
    private static final long REPAIR_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long CLOSE_TIMEOUT_MS = 3_000;

    private final LocalMembers local;
    private final PresenceMap map;
    private final LiveNodes nodes;
    private final int maxMarked;
    private final Set<Ref> marked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger markedCount = new AtomicInteger();
    private final LongAdder overflows = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closing;
    private volatile boolean assertAll;
    private boolean failing; // this and the next two: the writer's thread only
    private boolean repairing;
    private long repairAtNanos;

    /**
     * @param maxMarked clients that may wait to be written
     */
    PresenceWriter(LocalMembers local, PresenceMap map, LiveNodes nodes, int maxMarked) {
        this.local = local;
        this.map = map;
        this.nodes = nodes;
        this.maxMarked = maxMarked;
        this.thread = Thread.ofVirtual().name("presence-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The client has come to the channel, has changed there, or has left it. */
    void changed(Ref ref) {
        if (!mark(ref)) {
            overflows.increment();
            assertAll = true;
        }
        wake();
    }

    /** Writes all there is anew, soon. */
    void assertAll() {
        assertAll = true;
        wake();
    }

    /** Marks that found no room; each led to an assertion of everything. */
    long overflows() {
        return overflows.sum();
    }

    /** Writes that failed or timed out. */
    long failures() {
        return failures.sum();
    }

    /** Clients that wait to be written. */
    int waiting() {
        return markedCount.get();
    }

    /** Writes what waits, for three seconds at most, and stops. */
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

    private boolean mark(Ref ref) {
        if (!marked.add(ref)) {
            return true;
        }
        if (markedCount.incrementAndGet() > maxMarked) {
            unmark(ref);
            return false;
        }
        return true;
    }

    private void unmark(Ref ref) {
        if (marked.remove(ref)) {
            markedCount.decrementAndGet();
        }
    }

    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!(closing && marked.isEmpty()) && !Thread.currentThread().isInterrupted()) {
            try {
                step();
                failing = false;
            } catch (RuntimeException e) {
                failed(e);
                if (closing) {
                    return;
                }
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void step() {
        if (assertAll || (repairing && System.nanoTime() - repairAtNanos > 0)) {
            assertAll = false;
            repairing = false;
            assertEverything();
        } else if (marked.isEmpty()) {
            rest();
        } else {
            write(takeMarked());
        }
    }

    private void rest() {
        parked = true;
        if (marked.isEmpty() && !assertAll && !closing) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        parked = false;
    }

    private void failed(RuntimeException e) {
        failures.increment();
        repairing = true;
        repairAtNanos = System.nanoTime() + REPAIR_NANOS;
        if (!failing) {
            log.warn("cannot write presence to the grid, retrying", e);
        }
        failing = true;
    }

    /** Takes the marks away before the truth is read: what changes later is marked anew. */
    private List<Ref> takeMarked() {
        List<Ref> taken = new ArrayList<>();
        for (Iterator<Ref> all = marked.iterator(); all.hasNext() && taken.size() < BATCH; ) {
            Ref ref = all.next();
            unmark(ref);
            taken.add(ref);
        }
        return taken;
    }

    private void write(List<Ref> refs) {
        Map<PresenceKey, PresenceEntry> present = new HashMap<>();
        Set<PresenceKey> absent = new HashSet<>();
        for (Ref ref : refs) {
            Member member = local.get(ref);
            if (member == null) {
                absent.add(key(ref));
            } else {
                present.put(key(ref), PresenceEntry.of(member));
            }
        }
        try {
            map.write(present, absent);
        } catch (RuntimeException e) {
            refs.forEach(this::changed);
            throw e;
        }
    }

    private void assertEverything() {
        try {
            List<Ref> all = local.refs();
            for (int from = 0; from < all.size(); from += BATCH) {
                write(all.subList(from, Math.min(all.size(), from + BATCH)));
            }
            removeStrays();
        } catch (RuntimeException e) {
            assertAll = true;
            throw e;
        }
    }

    /**
     * Entries of this node's life without a client; the truth is read again as they are written.
     */
    private void removeStrays() {
        List<Ref> strays = new ArrayList<>();
        for (PresenceKey key : map.keysOfNode(nodes.localNode())) {
            Ref ref = new Ref(key.channel(), key.client());
            if (key.incarnation() == nodes.localIncarnation() && local.get(ref) == null) {
                strays.add(ref);
            }
        }
        for (int from = 0; from < strays.size(); from += BATCH) {
            write(strays.subList(from, Math.min(strays.size(), from + BATCH)));
        }
    }

    private PresenceKey key(Ref ref) {
        return new PresenceKey(
                ref.channel(), nodes.localNode(), nodes.localIncarnation(), ref.client());
    }
}
