package io.hawser.grid.presence;

import io.hawser.grid.presence.LocalMembers.Ref;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Makes the grid's maps follow this node's own members. Whoever changes something {@link #changed
 * marks} its channel; one virtual thread takes what is marked, looks what is true at that moment
 * and writes it. So changes of one channel join into one, their order cannot turn, and what waits
 * is bounded. It rests after each round, longer after a longer one, so that a storm of changes
 * keeps neither it nor the grid busy: the grid is behind by two rounds at most.
 *
 * <p>Whatever may have gone astray (a write that failed, a mark that found no room, entries lost
 * with other members) is repaired by writing everything anew, and removing entries that this node
 * has no members for.
 *
 * <p>Thread-safe; {@link #changed} and {@link #rollChanged} never block.
 */
final class PresenceWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PresenceWriter.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SHORTEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A write that timed out may be applied until the grid's call timeout of 5 s is over. */
    private static final long REPAIR_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Nobody tells a quiet channel's node that others have left. */
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long CLOSE_TIMEOUT_MS = 3_000;

    private final LocalMembers local;
    private final GridCopy copy;
    private final MarkedSet<String> channels;
    private final MarkedSet<Ref> refs;
    private final MarkedSet<UserKey> users;
    private final LongAdder overflows = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closing;
    private volatile boolean assertAll;
    private volatile boolean repair;
    private boolean failing; // this and the next three: the writer's thread only
    private boolean repairing;
    private long repairAtNanos;
    private long refreshAtNanos = System.nanoTime() + REFRESH_NANOS;

    /**
     * @param maxMarked channels, and members of the roll, that may wait to be written
     */
    PresenceWriter(LocalMembers local, GridCopy copy, int maxMarked) {
        this.local = local;
        this.copy = copy;
        this.channels = new MarkedSet<>(maxMarked);
        this.refs = new MarkedSet<>(maxMarked);
        this.users = new MarkedSet<>(maxMarked);
        this.thread = Thread.ofVirtual().name("presence-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Somebody has come to the channel, has changed there, or has left it. */
    void changed(String channel) {
        if (!channels.mark(channel)) {
            overflow();
        }
        wake();
    }

    /** The member's place in the roll may be another. To be followed by {@link #changed}. */
    void rollChanged(Ref ref) {
        if (!refs.mark(ref)) {
            overflow();
        }
    }

    /** A user has come to this node, or gone. To be followed by {@link #changed}. */
    void userChanged(UserKey user) {
        if (!users.mark(user)) {
            overflow();
        }
    }

    private void overflow() {
        overflows.increment();
        assertAll = true;
    }

    /** Writes all there is anew, soon. */
    void assertAll() {
        assertAll = true;
        wake();
    }

    /** Writes all there is anew when whatever is under way in the grid is over. */
    void assertLater() {
        repair = true;
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

    /** What waits to be written. */
    int waiting() {
        return channels.size() + refs.size() + users.size();
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

    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private boolean isIdle() {
        return channels.isEmpty() && refs.isEmpty() && users.isEmpty();
    }

    private void run() {
        while (!(closing && isIdle()) && !Thread.currentThread().isInterrupted()) {
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
        noteRepair();
        refresh();
        if (assertAll || (repairing && System.nanoTime() - repairAtNanos > 0)) {
            assertAll = false;
            repairing = false;
            assertEverything();
        } else if (isIdle()) {
            rest();
        } else {
            long startNanos = System.nanoTime();
            writeMarked();
            pause(2 * (System.nanoTime() - startNanos));
        }
    }

    private void noteRepair() {
        if (repair) {
            repair = false;
            repairLater();
        }
    }

    private void repairLater() {
        repairing = true;
        repairAtNanos = System.nanoTime() + REPAIR_NANOS;
    }

    private void rest() {
        parked = true;
        if (isIdle() && !assertAll && !repair && !closing) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        parked = false;
    }

    private void pause(long nanos) {
        if (!closing) {
            LockSupport.parkNanos(this, Math.clamp(nanos, SHORTEST_REST_NANOS, LONGEST_REST_NANOS));
        }
    }

    private void refresh() {
        if (System.nanoTime() - refreshAtNanos < 0) {
            return;
        }
        refreshAtNanos = System.nanoTime() + REFRESH_NANOS;
        local.channels()
                .forEach(
                        (channel, members) -> {
                            if (members.isQuiet() && members.mayBeSmall()) {
                                changed(channel);
                            }
                        });
    }

    private void failed(RuntimeException e) {
        failures.increment();
        repairLater();
        if (!failing) {
            log.warn("cannot write presence to the grid, retrying", e);
        }
        failing = true;
    }

    private void writeMarked() {
        write(channels.take(GridCopy.CHANNELS), copy::write, this::changed);
        write(refs.take(GridCopy.REFS), copy::writeRoll, this::rollChanged);
        write(users.take(GridCopy.REFS), copy::writeUsers, this::userChanged);
    }

    private static <T> void write(
            List<T> taken, Consumer<Collection<T>> writing, Consumer<T> again) {
        try {
            if (!taken.isEmpty()) {
                writing.accept(taken);
            }
        } catch (RuntimeException e) {
            taken.forEach(again);
            throw e;
        }
    }

    private void assertEverything() {
        try {
            copy.writeAll();
        } catch (RuntimeException e) {
            assertAll = true;
            throw e;
        }
    }
}
