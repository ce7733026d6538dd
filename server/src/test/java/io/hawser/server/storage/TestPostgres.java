package io.hawser.server.storage;

import static org.awaitility.Awaitility.await;

import io.hawser.devkit.PostgresServer;

import org.jdbi.v3.core.Jdbi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL, with a database of its own for each test. For one test thread. */
final class TestPostgres implements AutoCloseable {
    /** For all waiting in these tests. */
    static final Duration DEADLINE = Duration.ofSeconds(30);

    private final PostgresServer server = PostgresServer.start();
    private final AtomicInteger databases = new AtomicInteger();

    PostgresServer server() {
        return server;
    }

    /** Settings of a new, empty database. */
    DatabaseSettings fresh() {
        String name = "test" + databases.incrementAndGet();
        admin(server.jdbcUrl()).useHandle(handle -> handle.execute("create database " + name));
        String url = server.jdbcUrl().replaceFirst("/[^/]*$", "/" + name);
        return new DatabaseSettings(url, server.user(), server.password(), 2);
    }

    /** Around our own code: as the test sees the database. */
    Jdbi admin(String url) {
        return Jdbi.create(url, server.user(), server.password());
    }

    List<Map<String, Object>> query(DatabaseSettings settings, String sql) {
        return admin(settings.url())
                .withHandle(handle -> handle.createQuery(sql).mapToMap().list());
    }

    long count(DatabaseSettings settings, String condition) {
        return admin(settings.url())
                .withHandle(
                        handle ->
                                handle.createQuery(
                                                "select count(*) from sessions where " + condition)
                                        .mapTo(Long.class)
                                        .one());
    }

    static void awaitState(Database database, DatabaseStatus.State state) {
        await("state " + state).atMost(DEADLINE).until(() -> database.status().state() == state);
    }

    /** Flyway alone goes on for ten seconds against a refusal. */
    static void awaitFirstLook(Database database) {
        await("first look").atMost(DEADLINE).until(database::wasLookedAt);
    }

    @Override
    public void close() {
        server.close();
    }
}
