package io.hawser.server.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.PostgresServer;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.bus.NumberedPublisher;
import io.hawser.grid.bus.NumberedPublisher.Numbered;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.storage.Database;
import io.hawser.server.storage.DatabaseSettings;
import io.hawser.server.storage.OutboxState;
import io.hawser.server.storage.OutboxTable;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Relays on a real PostgreSQL and a real Redis. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before the tests
class OutboxRelayIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROWS_A_WRITER = 2500;
    private static final List<String> CHANNELS = List.of("h:0", "h:1", "h:2", "h:3");
    private static final Pattern DATA = Pattern.compile("\"w[0-9]-[0-9]+\"$");
    private static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "namespaces=[{name: h, options: {history_size: 10000,"
                                    + " history_ttl: 300s}}]"));

    private static PostgresServer postgres;
    private static RedisServer redis;
    private static Database database;
    private static RedisConnections connections;

    /** Of the test itself: it waits longer for an answer than the product would. */
    private static RedisClient client;

    private static RedisAsyncCommands<String, String> redisCommands;
    private static NumberedPublisher publisher;

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start();
        redis = RedisServer.start();
        database =
                Database.open(
                        new DatabaseSettings(
                                postgres.jdbcUrl(), postgres.user(), postgres.password(), 4));
        client = RedisClient.create(redis.uri());
        redisCommands = client.connect().async();
        connections = new RedisConnections(redis.uri());
        publisher = new NumberedPublisher(connections, 1000);
        connections.start();
        await().atMost(LIMIT).until(() -> database.status().isUp() && connections.isUp());
    }

    @AfterAll
    static void stop() {
        publisher.close();
        connections.close();
        database.close();
        client.shutdown();
        redis.close();
        postgres.close();
    }

    @BeforeEach
    void empty() throws Exception {
        redis().flushall().get(30, TimeUnit.SECONDS);
        execute("delete from hawser.outbox");
        execute("delete from hawser.outbox_dead");
    }

    private static RedisAsyncCommands<String, String> redis() {
        return redisCommands;
    }

    private static OutboxRelay relay(OutboxRelay.Publisher through) {
        return OutboxRelay.start(
                new OutboxTable(database),
                through,
                new ChannelPolicy(CONFIG.channel(), CONFIG.namespaces(), false),
                255,
                () -> true,
                new OutboxLimits(200, Duration.ofMillis(10)));
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(String table) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + table)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** What Redis has of a channel, oldest first. */
    private static List<String> stored(String channel) throws Exception {
        return redis()
                .xrange("hawser:{" + channel + "}:stream", Range.unbounded())
                .get(30, TimeUnit.SECONDS)
                .stream()
                .map(entry -> Objects.requireNonNull(entry.getBody().get("d")))
                .flatMap(body -> DATA.matcher(body).results().map(MatchResult::group))
                .toList();
    }

    /**
     * Of a quarter of what it publishes it says it could not: as if the relay had died after it.
     */
    private static OutboxRelay.Publisher forgetful(Random random) {
        return new OutboxRelay.Publisher() {
            @Override
            public CompletionStage<Long> publish(
                    String source, String channel, List<Numbered> rows, HistoryOptions history) {
                boolean forgets = random.nextInt(4) == 0;
                return publisher
                        .publish(source, channel, rows, history)
                        .thenApply(
                                published -> {
                                    if (forgets) {
                                        throw new BrokerException(
                                                BrokerException.Reason.UNAVAILABLE, "forgotten");
                                    }
                                    return published;
                                });
            }
        };
    }

    /** The data that one writer has published and committed, by channel. */
    private static Map<String, List<String>> write(int writer, long seed) throws SQLException {
        var random = new Random(seed + writer);
        Map<String, List<String>> written = new HashMap<>();
        try (Connection connection = connect();
                PreparedStatement publish =
                        connection.prepareStatement("select hawser.publish(?, ?)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < ROWS_A_WRITER; i++) {
                String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
                String data = "\"w" + writer + "-" + i + "\"";
                publish.setString(1, channel);
                publish.setString(2, data);
                publish.execute();
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    written.computeIfAbsent(channel, each -> new ArrayList<>()).add(data);
                }
            }
        }
        return written;
    }

    @Test
    void twoRelaysThatForgetAndDiePublishEachRowOnceInOrder() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        OutboxRelay steady = relay(forgetful(new Random(seed + 10)));
        try (ExecutorService writers = Executors.newFixedThreadPool(2)) {
            Future<Map<String, List<String>>> first = writers.submit(() -> write(1, seed));
            Future<Map<String, List<String>>> second = writers.submit(() -> write(2, seed));
            long repeated = 0;
            while (!first.isDone() || !second.isDone()) {
                OutboxRelay brief = relay(forgetful(new Random(random.nextLong())));
                try (brief) {
                    long enough = brief.counts().published() + random.nextInt(200);
                    await().pollInterval(Duration.ofMillis(1))
                            .atMost(LIMIT)
                            .until(
                                    () ->
                                            brief.counts().published() >= enough
                                                    || (first.isDone() && second.isDone()));
                }
                repeated += brief.counts().repeated();
            }
            await().atMost(LIMIT).until(() -> count("hawser.outbox") == 0);

            assertThat(repeated + steady.counts().repeated()).as("seed %s", seed).isPositive();
            for (String channel : CHANNELS) {
                List<String> stored = stored(channel);
                List<String> ofFirst = first.get().getOrDefault(channel, List.of());
                List<String> ofSecond = second.get().getOrDefault(channel, List.of());
                assertThat(stored).as("seed %s", seed).hasSize(ofFirst.size() + ofSecond.size());
                assertThat(by("1", stored)).as("seed %s", seed).isEqualTo(ofFirst);
                assertThat(by("2", stored)).as("seed %s", seed).isEqualTo(ofSecond);
            }
        } finally {
            steady.close();
        }
    }

    private static List<String> by(String writer, List<String> data) {
        return data.stream().filter(each -> each.startsWith("\"w" + writer)).toList();
    }

    /** Prints its rate, for docs/benchmarks/publishing.md. */
    @Test
    void aBacklogOfManyChannelsIsWorkedOff() throws Exception {
        execute(
                "select hawser.publish('h:' || n % 100, '\"w1-' || n || '\"')"
                        + " from generate_series(0, 19999) n");
        long startedNanos = System.nanoTime();
        try (OutboxRelay relay = relay(publisher::publish)) {
            await().pollInterval(Duration.ofMillis(10))
                    .atMost(LIMIT)
                    .until(() -> relay.counts().published() + relay.counts().repeated() >= 20_000);
            double seconds = (System.nanoTime() - startedNanos) / 1e9;
            System.out.printf("outbox: %.0f rows/s over 100 channels%n", 20_000 / seconds);
            await().atMost(LIMIT).until(() -> count("hawser.outbox") == 0);
        }
        assertThat(stored("h:7")).hasSize(200).startsWith("\"w1-7\"", "\"w1-107\"");
    }

    @Test
    void aRowThatIsRefusedIsLaidAsideAndMayBePublishedLater() throws Exception {
        execute("select hawser.publish('nowhere:x', '{}'::jsonb)");
        execute("select hawser.publish('h:0', 'no JSON')");
        execute("select hawser.publish('h:0', '\"w1-1\"')");
        try (OutboxRelay relay = relay(publisher::publish)) {
            await().atMost(LIMIT).until(() -> count("hawser.outbox") == 0);

            assertThat(stored("h:0")).containsExactly("\"w1-1\"");
            assertThat(new OutboxTable(database).deadLetters(10))
                    .extracting(each -> each.channel() + ": " + each.reason())
                    .containsExactly(
                            "nowhere:x: the channel's namespace is not configured",
                            "h:0: data: not JSON");
            await().atMost(LIMIT).until(() -> relay.counts().refused() == 2);
            assertThat(new OutboxTable(database).measure()).isEqualTo(new OutboxState(0, 0, 2));

            execute("update hawser.outbox_dead set data = '\"w1-0\"' where channel = 'h:0'");
            execute("select hawser.outbox_retry(id) from hawser.outbox_dead where channel = 'h:0'");

            await().atMost(LIMIT)
                    .until(() -> stored("h:0").equals(List.of("\"w1-1\"", "\"w1-0\"")));
            assertThat(count("hawser.outbox_dead")).isEqualTo(1);
        }
    }

    @Test
    void aChannelThatRedisRefusesHoldsUpNoOther() throws Exception {
        redis().set("hawser:{h:0}:stream", "alien").get(30, TimeUnit.SECONDS);
        redis().hset("hawser:{h:0}:meta", "epoch", "e").get(30, TimeUnit.SECONDS);
        execute("select hawser.publish('h:0', '\"w1-1\"')");
        execute("select hawser.publish('h:1', '\"w1-2\"')");
        try (OutboxRelay relay = relay(publisher::publish)) {
            await().atMost(LIMIT).until(() -> stored("h:1").equals(List.of("\"w1-2\"")));
            await().atMost(LIMIT).until(() -> relay.counts().resting() == 1);
            execute("select hawser.publish('h:1', '\"w1-3\"')");
            await().atMost(LIMIT).until(() -> stored("h:1").size() == 2);
            await().atMost(LIMIT).until(() -> count("hawser.outbox") == 1);

            redis().del("hawser:{h:0}:stream").get(30, TimeUnit.SECONDS);

            await().atMost(LIMIT).until(() -> stored("h:0").equals(List.of("\"w1-1\"")));
        }
    }

    @Test
    void whatAHungRedisDoesLateIsDoneOnce() throws Exception {
        try (OutboxRelay relay = relay(publisher::publish)) {
            redis.suspend();
            try {
                execute("select hawser.publish('h:0', '\"w1-1\"')");
                execute("select hawser.publish('h:0', '\"w1-2\"')");
                await().atMost(LIMIT).until(() -> relay.counts().failures() >= 2);
            } finally {
                redis.resume();
            }

            await().atMost(LIMIT).until(() -> count("hawser.outbox") == 0);
            await().atMost(LIMIT).until(connections::isUp);
            assertThat(stored("h:0")).containsExactly("\"w1-1\"", "\"w1-2\"");
        }
    }

    @Test
    void whoPublishesInAChannelWaitsForTheOneBefore() throws Exception {
        try (Connection first = connect();
                Statement publish = first.createStatement();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            first.setAutoCommit(false);
            publish.execute("select hawser.publish('h:0', '\"w1-1\"')");
            assertThat(new OutboxTable(database).measure()).isEqualTo(OutboxState.EMPTY);
            Future<?> second =
                    other.submit(
                            () -> {
                                execute("select hawser.publish('h:0', '\"w1-2\"')");
                                return null;
                            });
            execute("select hawser.publish('h:1', '\"w1-3\"')");
            await().atMost(LIMIT)
                    .until(() -> count("pg_locks where locktype = 'advisory' and not granted") > 0);
            assertThat(second.isDone()).isFalse();
            first.commit();
            second.get(30, TimeUnit.SECONDS);
        }
        try (OutboxRelay _ = relay(publisher::publish)) {
            await().atMost(LIMIT)
                    .until(() -> stored("h:0").equals(List.of("\"w1-1\"", "\"w1-2\"")));
        }
    }
}
