package io.hawser.server.storage;

import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Remembers in PostgreSQL who was connected. Records are queued by any thread, I/O threads too,
 * without waiting, and written in batches by one virtual thread. While the database is away, or the
 * queue full, they are dropped and counted. Without a database it does nothing. Thread-safe.
 *
 * <ol>
 *   <li>Once closed, {@code written + dropped} is the number of records offered.
 *   <li>A written record is in the database. A dropped one may be as well, if the connection broke
 *       between commit and answer.
 *   <li>A session's row is whole if the record of its end was written, even where that of its
 *       beginning was dropped.
 * </ol>
 */
public final class SessionRecorder implements AutoCloseable {
    /** A connection that broke while it was idle fails once; the second is a new one. */
    private static final int ATTEMPTS = 2;

    /**
     * The pool makes new connections at growing intervals, so it can be late by this after an
     * outage.
     */
    private static final long POOL_LAG_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long REPORT_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Duration ABANDON_LIMIT = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(SessionRecorder.class);

    private final Database database;
    private final SessionTable table;
    private final RecorderLimits limits;
    private final RecordQueue queue;
    private final Instant startedAt = Instant.now();
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private volatile boolean closing;
    private volatile boolean abandoned;

    // Of the writing thread:
    private boolean lostClosed;
    private long reportedDrops;
    private long reportedAtNanos = System.nanoTime() - REPORT_INTERVAL_NANOS;
    private String lastProblem = "the queue is full";

    private SessionRecorder(
            Database database, String node, long incarnation, RecorderLimits limits) {
        this.database = database;
        this.table = new SessionTable(node, incarnation);
        this.limits = limits;
        this.queue = new RecordQueue(limits.maxQueued());
        this.writer = Thread.ofVirtual().name("session-recorder").unstarted(this::run);
    }

    /**
     * Starts a recorder for this life of the node. Once the database is reached, rows that earlier
     * lives left open are ended with the reason {@code node lost}.
     */
    public static SessionRecorder start(
            Database database, String node, long incarnation, RecorderLimits limits) {
        SessionRecorder recorder = new SessionRecorder(database, node, incarnation, limits);
        if (recorder.isOn()) {
            recorder.writer.start();
        }
        return recorder;
    }

    /** A client got in. Never blocks. */
    public void connected(SessionOpened opened) {
        offer(opened);
    }

    /** A session is over. Never blocks. */
    public void disconnected(SessionClosed closed) {
        offer(closed);
    }

    /** Records that reached the database since the start. */
    public long written() {
        return written.sum();
    }

    /** Records that were given up since the start. */
    public long dropped() {
        return dropped.sum();
    }

    /** Records that wait to be written now. */
    public int queued() {
        return queue.size();
    }

    /** Writes what is queued, for {@link RecorderLimits#closeTimeout()} at most, drops the rest. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            if (isOn() && !writer.join(limits.closeTimeout())) {
                abandoned = true;
                writer.interrupt();
                writer.join(ABANDON_LIMIT);
            }
        } catch (InterruptedException e) {
            abandoned = true;
            Thread.currentThread().interrupt();
        }
        abandoned = true;
        dropQueued();
    }

    private boolean isOn() {
        return database.status().state() != DatabaseStatus.State.OFF;
    }

    private void offer(SessionRecord each) {
        if (!isOn()) {
            return;
        }
        if (closing || !queue.offer(each)) {
            dropped.increment();
        } else if (abandoned) {
            dropQueued(); // closed meanwhile: nobody else would count it
        }
    }

    private void run() {
        while (!abandoned && !(closing && queue.size() == 0)) {
            if (!closing && queue.size() < limits.maxBatch()) {
                LockSupport.parkNanos(this, limits.linger().toNanos());
            }
            if (closing || database.wasLookedAt()) {
                closeLost();
                writeBatch();
            }
            reportDrops();
        }
    }

    private void closeLost() {
        if (lostClosed || !database.status().isUp()) {
            return;
        }
        try {
            int lost = table.closeLost(database.jdbi(), startedAt);
            lostClosed = true;
            if (lost > 0) {
                LOG.info("{} sessions of this node's earlier life were still open: ended", lost);
            }
        } catch (JdbiException e) {
            lastProblem = problem(e);
        }
    }

    private void writeBatch() {
        List<SessionRecord> batch = queue.take(limits.maxBatch());
        if (batch.isEmpty()) {
            return;
        }
        LongAdder outcome = isWritten(oneForEachClient(batch)) ? written : dropped;
        outcome.add(batch.size());
    }

    /** A session's end holds its beginning: of the two the end remains. */
    private static Collection<SessionRecord> oneForEachClient(List<SessionRecord> batch) {
        Map<String, SessionRecord> last = new LinkedHashMap<>();
        for (SessionRecord each : batch) {
            last.merge(each.client(), each, (a, b) -> a instanceof SessionClosed ? a : b);
        }
        return last.values();
    }

    private boolean isWritten(Collection<SessionRecord> records) {
        long poolIsBackAt = System.nanoTime() + POOL_LAG_NANOS;
        for (int attempt = 1; !abandoned; attempt++) {
            if (!database.status().isUp()) {
                lastProblem = "the database is down";
                return false;
            }
            try {
                table.write(database.jdbi(), records);
                return true;
            } catch (ConnectionException e) {
                lastProblem = problem(e);
                if (System.nanoTime() - poolIsBackAt >= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, limits.linger().toNanos());
            } catch (JdbiException e) {
                lastProblem = problem(e);
                if (attempt >= ATTEMPTS) {
                    return false;
                }
            }
        }
        return false;
    }

    /** PostgreSQL's own words: JDBI's message holds the statement with its arguments, users too. */
    private static String problem(JdbiException e) {
        Throwable cause = e.getCause();
        return cause == null ? e.getClass().getSimpleName() : String.valueOf(cause.getMessage());
    }

    private void dropQueued() {
        List<SessionRecord> rest = queue.take(Integer.MAX_VALUE);
        dropped.add(rest.size());
    }

    /** At once, then a line a minute at most. */
    private void reportDrops() {
        long total = dropped();
        long now = System.nanoTime();
        if (total == reportedDrops || now - reportedAtNanos < REPORT_INTERVAL_NANOS) {
            return;
        }
        LOG.warn("{} session records were dropped: {}", total - reportedDrops, lastProblem);
        reportedDrops = total;
        reportedAtNanos = now;
    }
}
