package io.hawser.server.storage;

import org.jdbi.v3.core.JdbiException;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The tables of the outbox. Everything may be repeated, and done by several nodes at once.
 * Thread-safe; blocks, and throws {@link DatabaseUnavailableException} if the database does not do
 * what is asked.
 */
public final class OutboxTable {
    /** More rows are not counted, so that a backlog does not make counting slow. */
    public static final int MAX_COUNTED = 100_000;

    private static final String SOURCE = "select source from hawser.outbox_source";

    /** The sum of the lengths bounds what is read into memory; one row always fits. */
    private static final String READ =
            """
            select id, channel, data, created_at
            from (
                select id, channel, data, created_at,
                    sum(octet_length(data)) over (order by id) as bytes
                from (
                    select * from hawser.outbox
                    where channel <> all (?)
                    order by id
                    limit ?
                ) head
            ) sized
            where bytes <= ?
            order by id
            """;

    private static final String DELETE = "delete from hawser.outbox where id = any (?)";

    private static final String BURY =
            """
            with gone as (
                delete from hawser.outbox where id = ? returning id, channel, data, created_at
            )
            insert into hawser.outbox_dead (id, channel, data, created_at, reason)
            select id, channel, data, created_at, ? from gone
            """;

    private static final String MEASURE =
            """
            select
                (select count(*) from (select from hawser.outbox limit ?) counted),
                coalesce((select extract(epoch from clock_timestamp() - created_at) * 1000
                    from hawser.outbox order by id limit 1), 0)::bigint,
                (select count(*) from (select from hawser.outbox_dead limit ?) counted)
            """;

    private static final String DEAD =
            """
            select id, channel, octet_length(data), created_at, refused_at, reason
            from hawser.outbox_dead order by id limit ?
            """;

    /** A row is at most this long; the table holds it. */
    private static final int MAX_ROW_BYTES = 1 << 20;

    private final Database database;

    public OutboxTable(Database database) {
        this.database = database;
    }

    /** Work on one connection. */
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) {
        try {
            return database.jdbi()
                    .<T, SQLException>inTransaction(handle -> work.on(handle.getConnection()));
        } catch (JdbiException | SQLException e) {
            throw new DatabaseUnavailableException("the outbox cannot be used", e);
        }
    }

    /**
     * The next rows.
     *
     * @param maxRows at least 1
     * @param maxBytes of data, at least 1 MiB
     * @param without channels that are left out
     */
    public OutboxBatch read(int maxRows, int maxBytes, Collection<String> without) {
        if (maxBytes < MAX_ROW_BYTES) {
            throw new IllegalArgumentException("one row may be larger than " + maxBytes);
        }
        return inTransaction(
                connection ->
                        new OutboxBatch(
                                source(connection), rows(connection, maxRows, maxBytes, without)));
    }

    private static String source(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SOURCE)) {
            if (!result.next()) {
                throw new SQLException("hawser.outbox_source is empty; call hawser.outbox_renew");
            }
            return result.getString(1);
        }
    }

    private static List<OutboxRow> rows(
            Connection connection, int maxRows, int maxBytes, Collection<String> without)
            throws SQLException {
        Array channels = connection.createArrayOf("text", without.toArray());
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setArray(1, channels);
            statement.setInt(2, maxRows);
            statement.setInt(3, maxBytes);
            List<OutboxRow> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(
                            new OutboxRow(
                                    result.getLong(1),
                                    result.getString(2),
                                    result.getString(3),
                                    result.getTimestamp(4).getTime()));
                }
            }
            return rows;
        }
    }

    /** Removes what is published and lays aside what is refused; all or nothing. */
    public void finish(Collection<Long> published, Collection<RefusedRow> refused) {
        inTransaction(
                connection -> {
                    delete(connection, published);
                    bury(connection, refused);
                    return published.size();
                });
    }

    private static void delete(Connection connection, Collection<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        Array array = connection.createArrayOf("bigint", ids.toArray());
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setArray(1, array);
            statement.executeUpdate();
        }
    }

    private static void bury(Connection connection, Collection<RefusedRow> refused)
            throws SQLException {
        if (refused.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(BURY)) {
            for (RefusedRow each : refused) {
                statement.setLong(1, each.id());
                statement.setString(2, each.reason());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Counts what is there. */
    public OutboxState measure() {
        return inTransaction(
                connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(MEASURE)) {
                        statement.setInt(1, MAX_COUNTED);
                        statement.setInt(2, MAX_COUNTED);
                        try (ResultSet result = statement.executeQuery()) {
                            result.next();
                            return new OutboxState(
                                    result.getLong(1), result.getLong(2), result.getLong(3));
                        }
                    }
                });
    }

    /** Refused rows, the oldest first. */
    public List<DeadLetter> deadLetters(int max) {
        return inTransaction(
                connection -> {
                    List<DeadLetter> letters = new ArrayList<>();
                    try (PreparedStatement statement = connection.prepareStatement(DEAD)) {
                        statement.setInt(1, max);
                        try (ResultSet result = statement.executeQuery()) {
                            while (result.next()) {
                                letters.add(deadLetter(result));
                            }
                        }
                    }
                    return letters;
                });
    }

    private static DeadLetter deadLetter(ResultSet result) throws SQLException {
        return new DeadLetter(
                result.getLong(1),
                result.getString(2),
                result.getInt(3),
                result.getObject(4, OffsetDateTime.class).toInstant(),
                result.getObject(5, OffsetDateTime.class).toInstant(),
                result.getString(6));
    }
}
