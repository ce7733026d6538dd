package io.hawser.server.storage;

import static io.hawser.server.storage.DatabaseStatus.State.DOWN;
import static io.hawser.server.storage.DatabaseStatus.State.UP;
import static io.hawser.server.storage.TestPostgres.awaitFirstLook;
import static io.hawser.server.storage.TestPostgres.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@Timeout(120)
class DatabaseIT {
    @SuppressWarnings("NullAway.Init") // set before the first test
    private static TestPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = new TestPostgres();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void isUpWithItsSchemaOnceReached() {
        try (Database database = Database.open(postgres.fresh())) {
            awaitState(database, UP);

            // Of one look; a machine that stands still makes it longer.
            DatabaseStatus seen =
                    await().atMost(TestPostgres.DEADLINE)
                            .until(database::status, now -> now.isUp() && now.latencyMs() <= 2000);
            assertThat(seen.latencyMs()).isNotNegative();
            awaitNoSessions(database);
        }
    }

    @Test
    void startsWithoutPostgresqlAndFindsItLater() {
        DatabaseSettings settings = postgres.fresh();
        postgres.server().kill();
        try (Database database = Database.open(settings)) {
            awaitFirstLook(database);
            assertThat(database.status()).isEqualTo(DatabaseStatus.DOWN);
            assertThatThrownBy(database::jdbi).isInstanceOf(DatabaseUnavailableException.class);

            postgres.server().restart();

            awaitState(database, UP);
            awaitNoSessions(database);
        } finally {
            ensureRunning();
        }
    }

    @Test
    void goesDownAndUpWithPostgresql() {
        try (Database database = Database.open(postgres.fresh())) {
            awaitState(database, UP);

            postgres.server().kill();
            awaitState(database, DOWN);
            postgres.server().restart();

            awaitState(database, UP);
        } finally {
            ensureRunning();
        }
    }

    @Test
    void aFrozenPostgresqlIsDown() {
        try (Database database = Database.open(postgres.fresh())) {
            awaitState(database, UP);

            postgres.server().suspend();
            try {
                awaitState(database, DOWN);
            } finally {
                postgres.server().resume();
            }

            awaitState(database, UP);
        }
    }

    @Test
    void nodesThatStartTogetherMigrateOnce() {
        DatabaseSettings settings = postgres.fresh();
        List<Database> nodes = Stream.generate(() -> Database.open(settings)).limit(4).toList();
        try (LogLines log = new LogLines(DatabaseWatch.class)) {
            nodes.forEach(node -> awaitState(node, UP));

            assertThat(
                            postgres.query(
                                    settings,
                                    "select version, success from flyway_schema_history"
                                            + " order by installed_rank"))
                    .containsExactly(
                            Map.of("version", "1", "success", true),
                            Map.of("version", "2", "success", true));
            assertThat(log.warnings()).isEmpty();
        } finally {
            nodes.forEach(Database::close);
        }
    }

    @Test
    void aUserNamedAsTheOutboxesSchemaFindsItsTablesAgain() {
        DatabaseSettings settings = postgres.fresh();
        assertThat(settings.user()).isEqualTo("hawser");
        for (int life = 1; life <= 2; life++) {
            try (Database database = Database.open(settings)) {
                awaitState(database, UP);
                awaitNoSessions(database);
            }
        }
    }

    @Test
    void aWrongPasswordIsLoggedOnceAndMayBeRightLater() {
        DatabaseSettings right = postgres.fresh();
        postgres.query(right, "select 1");
        postgres.admin(right.url())
                .useHandle(
                        handle -> {
                            handle.execute("create role clerk login password 'first'");
                            handle.execute("grant all on schema public to clerk");
                            handle.execute("create schema hawser authorization clerk");
                        });
        var wrong = new DatabaseSettings(right.url(), "clerk", "second", 1);
        try (LogLines log = new LogLines(DatabaseWatch.class);
                Database database = Database.open(wrong)) {
            awaitFirstLook(database);

            // Three more looks.
            await().during(Duration.ofSeconds(3))
                    .atMost(TestPostgres.DEADLINE)
                    .until(() -> log.warnings().size() == 1);
            assertThat(database.status()).isEqualTo(DatabaseStatus.DOWN);
            assertThat(log.warnings().getFirst())
                    .contains("password authentication failed for user \"clerk\"")
                    .doesNotContain("second");

            postgres.admin(right.url())
                    .useHandle(handle -> handle.execute("alter role clerk password 'second'"));
            awaitState(database, UP);
        }
    }

    @Test
    void aRefusedMigrationIsDownAndSaysWhy() {
        DatabaseSettings owner = postgres.fresh();
        postgres.admin(owner.url())
                .useHandle(handle -> handle.execute("create role guest login password 'guest'"));
        var guest = new DatabaseSettings(owner.url(), "guest", "guest", 1);
        try (LogLines log = new LogLines(DatabaseWatch.class);
                Database database = Database.open(guest)) {
            awaitFirstLook(database);

            assertThat(database.status()).isEqualTo(DatabaseStatus.DOWN);
            assertThat(log.warnings()).singleElement().asString().contains("permission denied");
        }
    }

    @Test
    void closingDoesNotWaitForAFrozenPostgresql() {
        Database database = Database.open(postgres.fresh());
        awaitState(database, UP);
        postgres.server().suspend();
        try {
            database.close();
        } finally {
            postgres.server().resume();
        }

        assertThatThrownBy(() -> sessions(database)).hasMessageContaining("closed");
    }

    /** Once the pool has a connection: a second is all that it waits for one. */
    private static void awaitNoSessions(Database database) {
        await().atMost(TestPostgres.DEADLINE)
                .ignoreExceptionsInstanceOf(JdbiException.class)
                .until(() -> sessions(database) == 0);
    }

    private static long sessions(Database database) {
        return database.jdbi()
                .withHandle(
                        handle ->
                                handle.createQuery("select count(*) from sessions")
                                        .mapTo(Long.class)
                                        .one());
    }

    /** So that one failed test does not fail the others. */
    private static void ensureRunning() {
        if (!postgres.server().isAlive()) {
            postgres.server().restart();
        }
    }
}
