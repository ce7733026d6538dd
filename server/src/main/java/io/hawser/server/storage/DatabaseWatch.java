package io.hawser.server.storage;

import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at PostgreSQL every second over a connection of its own, so that neither a busy pool counts
 * as an outage nor an outage costs the pool. All work is done on one virtual thread; {@link #start}
 * and {@link #close} may be called from any.
 */
final class DatabaseWatch {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Between migrations that fail: each costs several queries and log lines of Flyway's. */
    private static final long MIGRATION_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);

    private final String place;
    private final PostgresConnections connections;
    private final Database database;
    private final Thread thread;
    private volatile boolean closed;

    // Of the watching thread:
    private @Nullable Connection connection;
    private @Nullable String reportedProblem;
    private boolean reportedUp;

    DatabaseWatch(String place, PostgresConnections connections, Database database) {
        this.place = place;
        this.connections = connections;
        this.database = database;
        this.thread = Thread.ofVirtual().name("database-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Stops looking, also in the middle of a look; waits for that up to {@code limit}. */
    void close(Duration limit) {
        closed = true;
        thread.interrupt();
        try {
            thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, look());
        }
        disconnect();
    }

    /** Returns the time until the next look, in nanoseconds. */
    private long look() {
        try {
            Connection open = connected();
            database.prepare();
            up(roundTripMs(open));
        } catch (SQLException e) {
            down(kind(e), e);
        } catch (FlywayException e) {
            down("migration", e);
            return MIGRATION_INTERVAL_NANOS;
        }
        return INTERVAL_NANOS;
    }

    private Connection connected() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = connections.connect();
            connection = open;
        }
        return open;
    }

    private static long roundTripMs(Connection connection) throws SQLException {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private void up(long latencyMs) {
        database.seen(new DatabaseStatus(DatabaseStatus.State.UP, latencyMs));
        if (!reportedUp) {
            LOG.info("PostgreSQL at {} is up", place);
        }
        reportedUp = true;
        reportedProblem = null;
    }

    /** The class of the SQL state, its first two characters: 08 connection, 28 authorization … */
    private static String kind(SQLException e) {
        String state = e.getSQLState();
        return "SQL state " + (state == null ? "unknown" : state.substring(0, 2));
    }

    /** One line for each kind of problem until it is up again, not one for each look. */
    private void down(String problem, Exception cause) {
        disconnect();
        if (closed) {
            return;
        }
        if (!Objects.equals(problem, reportedProblem)) {
            LOG.warn(
                    "PostgreSQL at {} cannot be used ({}), trying on: {}",
                    place,
                    problem,
                    cause.getMessage());
        }
        reportedUp = false;
        reportedProblem = problem;
        database.seen(DatabaseStatus.DOWN);
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (SQLException e) {
            LOG.debug("Closing a broken connection to PostgreSQL failed", e);
        }
    }
}
