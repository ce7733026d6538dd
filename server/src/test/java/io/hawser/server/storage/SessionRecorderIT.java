package io.hawser.server.storage;

import static io.hawser.server.storage.DatabaseStatus.State.DOWN;
import static io.hawser.server.storage.DatabaseStatus.State.UP;
import static io.hawser.server.storage.TestPostgres.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before each test
class SessionRecorderIT {
    private static TestPostgres postgres;
    private DatabaseSettings settings;

    @BeforeAll
    static void start() {
        postgres = new TestPostgres();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void freshDatabase() {
        settings = postgres.fresh();
    }

    @Test
    void aSessionIsARowThatIsOpenAndThenClosed() {
        try (Database database = reached();
                SessionRecorder recorder = recorder(database, 7)) {
            recorder.connected(Sessions.opened("c1", "ann", "2001:db8::1%eth0"));
            awaitWritten(recorder, 1);

            assertThat(onlyRow())
                    .containsEntry("node", "node-1")
                    .containsEntry("incarnation", 7L)
                    .containsEntry("client", "c1")
                    .containsEntry("user_id", "ann")
                    .containsEntry("host", "2001:db8::1")
                    .containsEntry("transport", "websocket")
                    .containsEntry("client_name", "js")
                    .containsEntry("client_version", "5.0")
                    .containsEntry("connected_at", Timestamp.from(Sessions.NOON))
                    .containsEntry("disconnected_at", null);

            recorder.disconnected(Sessions.closed("c1"));
            awaitWritten(recorder, 2);

            assertThat(onlyRow())
                    .containsEntry("user_id", "ann")
                    .containsEntry("disconnected_at", Timestamp.from(Sessions.NOON.plusSeconds(60)))
                    .containsEntry("disconnect_code", 3000)
                    .containsEntry("disconnect_reason", "connection closed");
        }
    }

    @Test
    void beginningAndEndInOneBatchAreOneRow() {
        try (Database database = reached();
                SessionRecorder recorder = recorder(database, 1)) {
            for (int i = 0; i < 1200; i++) {
                recorder.connected(Sessions.opened("c" + i));
                recorder.disconnected(Sessions.closed("c" + i));
            }
            awaitWritten(recorder, 2400);

            assertThat(postgres.count(settings, "disconnect_code = 3000")).isEqualTo(1200);
            assertThat(postgres.count(settings, "true")).isEqualTo(1200);
        }
    }

    @Test
    void anEndIsWholeWithoutItsBeginningAndIsNotUndoneByIt() {
        try (Database database = reached();
                SessionRecorder recorder = recorder(database, 1)) {
            recorder.disconnected(Sessions.closed("c1"));
            awaitWritten(recorder, 1);
            assertThat(onlyRow()).containsEntry("user_id", "ann");

            recorder.connected(Sessions.opened("c1"));
            awaitWritten(recorder, 2);

            assertThat(onlyRow()).containsEntry("disconnect_code", 3000);
        }
    }

    @Test
    void noTextOfAClientCanSpoilABatch() {
        String longest = "\uD83D\uDE00".repeat(5000);
        List<String> nasty = List.of("", "a\0b", "\uD800", "x\uDC00y", "'; drop table", longest);
        try (Database database = reached();
                SessionRecorder recorder = recorder(database, 1)) {
            for (int i = 0; i < nasty.size(); i++) {
                String text = nasty.get(i);
                var opened =
                        new SessionOpened("c" + i, text, text, text, text, text, Sessions.NOON);
                recorder.disconnected(new SessionClosed(opened, Sessions.NOON, 1, text));
            }
            awaitWritten(recorder, nasty.size());

            assertThat(recorder.dropped()).isZero();
            assertThat(postgres.count(settings, "address is null")).isEqualTo(nasty.size());
            assertThat(postgres.count(settings, "user_id = 'a\uFFFDb'")).isEqualTo(1);
            assertThat(postgres.count(settings, "length(user_id) = 256")).isEqualTo(1);
        }
    }

    @Test
    void closingWritesWhatIsQueued() {
        try (Database database = reached()) {
            RecorderLimits patient =
                    new RecorderLimits(10_000, 500, Duration.ofHours(1), Duration.ofSeconds(30));
            SessionRecorder recorder = SessionRecorder.start(database, "node-1", 1, patient);
            for (int i = 0; i < 3333; i++) {
                recorder.connected(Sessions.opened("c" + i));
            }
            recorder.close();

            assertThat(recorder.written()).isEqualTo(3333);
            assertThat(postgres.count(settings, "disconnected_at is null")).isEqualTo(3333);
        }
    }

    @Test
    void recordsOfferedBeforeTheFirstLookAreKept() {
        try (Database database = Database.open(settings);
                SessionRecorder recorder = recorder(database, 1)) {
            recorder.connected(Sessions.opened("c1"));

            awaitWritten(recorder, 1);
            assertThat(recorder.dropped()).isZero();
        }
    }

    @Test
    void aNewLifeEndsWhatEarlierOnesLeftOpen() {
        Instant later = Instant.now().plusSeconds(3600);
        try (Database database = reached()) {
            openSession(database, "node-1", 1, "earlier", Sessions.NOON);
            openSession(database, "node-1", 2, "counted-anew", Sessions.NOON);
            openSession(database, "node-1", 1, "clock-was-ahead", later);
            openSession(database, "node-1", 2, "this-life", later);
            openSession(database, "node-2", 1, "other-node", Sessions.NOON);

            try (SessionRecorder recorder = recorder(database, 2)) {
                recorder.connected(Sessions.opened("new", "bob", ""));
                awaitWritten(recorder, 1);
                // What fails at first is tried again.
                await().atMost(TestPostgres.DEADLINE)
                        .until(
                                () ->
                                        postgres.count(settings, "disconnect_reason = 'node lost'")
                                                > 0);
            }

            assertThat(
                            postgres.query(
                                    settings,
                                    "select client from sessions"
                                            + " where disconnect_reason = 'node lost'"
                                            + " and disconnected_at >= connected_at"))
                    .extracting(row -> row.get("client"))
                    .containsExactlyInAnyOrder("earlier", "counted-anew", "clock-was-ahead");
            assertThat(postgres.count(settings, "disconnected_at is null")).isEqualTo(3);
        }
    }

    @Test
    void countersAddUpWhilePostgresqlDiesAndComesBack() {
        SessionRecorder recorder;
        long offered = 0;
        try (Database database = reached()) {
            recorder = recorder(database, 1);
            offered += offer(recorder, "before", 2000);
            awaitWritten(recorder, 1);
            postgres.server().kill();
            offered += offer(recorder, "during", 3000);
            await().atMost(TestPostgres.DEADLINE).until(() -> recorder.queued() == 0);
            awaitState(database, DOWN); // else the state may still be that of before
            postgres.server().restart();
            awaitState(database, UP);
            offered += offer(recorder, "after", 2000);
            // Closing alone waits for them no longer than five seconds.
            await().atMost(TestPostgres.DEADLINE)
                    .until(() -> postgres.count(settings, "client like 'after%'") == 2000);
            recorder.close();
        }

        long rows = postgres.count(settings, "true");
        assertThat(recorder.written() + recorder.dropped()).isEqualTo(offered);
        assertThat(recorder.dropped()).isPositive();
        assertThat(rows).isBetween(recorder.written(), offered);
    }

    @Test
    void aFrozenPostgresqlHoldsUpNeitherCallersNorTheClose() {
        RecorderLimits limits =
                new RecorderLimits(1000, 500, Duration.ofMillis(50), Duration.ofSeconds(1));
        SessionRecorder recorder;
        try (Database database = reached()) {
            recorder = SessionRecorder.start(database, "node-1", 1, limits);
            offer(recorder, "before", 100);
            awaitWritten(recorder, 100);
            postgres.server().suspend();
            try {
                // More than fits: if an offer waited for space, this would never end.
                offer(recorder, "during", 10_000);
                recorder.close();
            } finally {
                postgres.server().resume();
            }
        }

        assertThat(recorder.written()).isEqualTo(100);
        assertThat(recorder.dropped()).isEqualTo(10_000);
        assertThat(recorder.queued()).isZero();
    }

    @Test
    void whatIsLoggedOfAFailedBatchHoldsNoRows() {
        try (LogLines log = new LogLines(SessionRecorder.class);
                LogLines pool = new LogLines(com.zaxxer.hikari.pool.HikariPool.class);
                Database database = reached();
                SessionRecorder recorder = recorder(database, 1)) {
            postgres.admin(settings.url())
                    .useHandle(handle -> handle.execute("drop table sessions"));
            recorder.connected(Sessions.opened("c1", "ann-the-user", "192.0.2.9"));
            await().atMost(TestPostgres.DEADLINE).until(() -> recorder.dropped() == 1);
            await().atMost(TestPostgres.DEADLINE).until(() -> !log.warnings().isEmpty());

            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("1 session records were dropped")
                    .contains("\"sessions\" does not exist")
                    .doesNotContain("ann-the-user", "192.0.2.9");
            assertThat(pool.warnings()).isEmpty();
        }
    }

    private Database reached() {
        Database database = Database.open(settings);
        awaitState(database, UP);
        return database;
    }

    private static SessionRecorder recorder(Database database, long incarnation) {
        return SessionRecorder.start(database, "node-1", incarnation, RecorderLimits.DEFAULT);
    }

    private static long offer(SessionRecorder recorder, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            recorder.connected(Sessions.opened(prefix + i));
        }
        return count;
    }

    private static void openSession(
            Database database, String node, long incarnation, String client, Instant at) {
        var opened = new SessionOpened(client, "ann", "", "websocket", "", "", at);
        new SessionTable(node, incarnation).write(database.jdbi(), List.of(opened));
    }

    private static void awaitWritten(SessionRecorder recorder, long count) {
        await("records written")
                .atMost(TestPostgres.DEADLINE)
                .until(() -> recorder.written() >= count);
    }

    private Map<String, Object> onlyRow() {
        List<Map<String, Object>> rows =
                postgres.query(settings, "select *, host(address) as host from sessions");
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }
}
