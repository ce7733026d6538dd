package io.hawser.server.storage;

import com.zaxxer.hikari.HikariDataSource;

import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * The node's PostgreSQL, which may be away at any time, at the start too. Opening never waits: a
 * virtual thread reaches for it, migrates the schema when it first answers, and looks at it every
 * second from then on. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final @Nullable DatabaseWatch watch;
    private final @Nullable PostgresConnections connections;
    private @Nullable HikariDataSource pool; // guarded by this
    private boolean closed; // guarded by this
    private volatile @Nullable Jdbi jdbi;
    private volatile DatabaseStatus status;
    private volatile boolean lookedAt;

    private Database(@Nullable DatabaseSettings settings) {
        connections = settings == null ? null : new PostgresConnections(settings);
        status = settings == null ? DatabaseStatus.OFF : DatabaseStatus.DOWN;
        watch =
                settings == null || connections == null
                        ? null
                        : new DatabaseWatch(settings.place(), connections, this);
    }

    /** A node without a database. */
    public static Database off() {
        return new Database(null);
    }

    /** Starts reaching for PostgreSQL and returns at once; {@link #status()} tells how it goes. */
    public static Database open(DatabaseSettings settings) {
        Database database = new Database(settings);
        if (database.watch != null) {
            database.watch.start();
        }
        return database;
    }

    /** As of the last look, about a second ago. Never blocks. */
    public DatabaseStatus status() {
        return status;
    }

    /**
     * For blocking work on virtual threads. Work waits up to a second for a connection and 5 s for
     * an answer, then JDBI throws. The schema is migrated.
     *
     * @throws DatabaseUnavailableException if there is no database or it was not reached yet
     */
    public Jdbi jdbi() {
        Jdbi reached = jdbi;
        if (reached == null) {
            throw new DatabaseUnavailableException("the database is " + status.state());
        }
        return reached;
    }

    /** Lets go of all connections; work under way fails. Waits some seconds at most. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close(CLOSE_LIMIT);
        }
        synchronized (this) {
            closed = true;
            if (pool != null) {
                pool.close();
            }
        }
    }

    /** Brings the schema up to date and opens the pool, the first time only. Blocks. */
    void prepare() {
        if (jdbi != null || connections == null) {
            return;
        }
        connections.migrate();
        synchronized (this) {
            if (!closed) {
                pool = connections.pool();
                jdbi = Jdbi.create(pool);
            }
        }
    }

    void seen(DatabaseStatus now) {
        status = now;
        lookedAt = true;
    }

    /** Whether the first look is over, so that DOWN means more than "just started". */
    boolean wasLookedAt() {
        return lookedAt;
    }
}
