package io.hawser.grid.cluster;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps this node's entry in the directory: written every two seconds, gone after six. Runs on a
 * thread of its own, since the directory may block. Thread-safe.
 */
final class Announcer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Announcer.class);
    private static final long PERIOD_MS = 2_000;
    private static final Duration TTL = Duration.ofSeconds(6);
    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final NodeId id;
    private final NodeDirectory directory;
    private final Supplier<DirectoryEntry> entry;
    private final Consumer<DirectoryEntry> onRival;
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("grid-announce").factory());
    private boolean failing; // touched by the scheduler's thread only

    /**
     * @param onRival told of an entry of this node's id that a member at another address wrote: an
     *     earlier one of this node, or another node with the same id. Must not block.
     */
    Announcer(
            NodeId id,
            NodeDirectory directory,
            Supplier<DirectoryEntry> entry,
            Consumer<DirectoryEntry> onRival) {
        this.id = id;
        this.directory = directory;
        this.entry = entry;
        this.onRival = onRival;
    }

    void start() {
        var _ =
                scheduler.scheduleWithFixedDelay(
                        this::announce, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void announce() {
        try {
            DirectoryEntry mine = entry.get();
            String before = directory.put(id, mine.toJson(), TTL);
            DirectoryEntry other = before == null ? null : DirectoryEntry.parse(before);
            if (other != null && !other.grid().equals(mine.grid())) {
                onRival.accept(other);
            }
            directory.lives(id, mine.incarnation());
            failing = false;
        } catch (RuntimeException e) {
            // Whatever it is: a task that throws would never be run again.
            if (!failing) {
                log.warn("cannot write this node's entry to the directory, retrying", e);
            }
            failing = true;
        }
    }

    /** Stops and takes the entry away, so that nobody looks for this node. */
    void withdraw() {
        close();
        try {
            directory.remove(id);
        } catch (DirectoryException e) {
            log.info("the directory keeps this node's entry until it expires", e);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        try {
            if (!scheduler.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                log.warn("the announcing thread is still busy");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
