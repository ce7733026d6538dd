package io.hawser.grid.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.RedisSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Positions on one real Redis, and when it is away. */
class RedisPositionStoreIT extends RedisPositions {
    private static final PositionLimits LIMITS = new PositionLimits(Duration.ofDays(1), 10);
    private static @Nullable RedisServer redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis().close();
    }

    private static RedisServer redis() {
        return Objects.requireNonNull(redis);
    }

    @Override
    RedisMode mode() {
        return RedisMode.STANDALONE;
    }

    @Override
    List<String> uris() {
        return List.of(redis().uri());
    }

    @Test
    void theKeysAreAsDocumented() {
        PositionStore store = store(LIMITS);
        get(store.begin(new Recipient("ann{1}", "phone"), "news:a", at(7, "abc")));
        publish(UserQueue.channel("ann{1}"), "1");
        try (RedisClient client = RedisClient.create(redis().uri());
                var connection = client.connect()) {
            String base = "hawser:{u:ann%7B1%7D}:";
            assertThat(connection.sync().hget(base + "acks", "phone/news:a"))
                    .matches("abc:7:\\d{13}:");
            assertThat(connection.sync().pttl(base + "acks"))
                    .isBetween(1L, Duration.ofDays(1).toMillis());
            assertThat(connection.sync().xlen(base + "queue")).isEqualTo(1);
            assertThat(connection.sync().hget(base + "queue:meta", "offset")).isEqualTo("1");
        }
    }

    @Test
    void theRightsThatAreDocumentedAreEnough() {
        try (RedisClient client = RedisClient.create(redis().uri());
                var connection = client.connect()) {
            var rights = new CommandArgs<>(StringCodec.UTF8).add("SETUSER");
            // As docs/redis.md has it.
            List.of(
                            "few",
                            "on",
                            ">p",
                            "~hawser:*",
                            "&hawser:*",
                            "-@all",
                            "+@connection",
                            "+@read",
                            "+@write",
                            "+@pubsub",
                            "+@scripting",
                            "+role",
                            "+time")
                    .forEach(rights::add);
            connection
                    .sync()
                    .dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), rights);
        }
        String uri = redis().uri().replace("redis://", "redis://few:p@");
        try (RedisServers servers = RedisServers.of(RedisSettings.standalone(uri));
                var store = new RedisPositionStore(servers, LIMITS)) {
            servers.start();
            awaitUp(store);
            publish(UserQueue.channel(user), "1");
            String queue = UserQueue.channel(user);
            String epoch = history(queue).top().epoch();
            assertThat(acknowledge(store, "", queue, at(1, epoch))).isEqualTo(at(1, epoch));
            assertThat(get(store.begin(who(), "c", at(3, "a")))).isEqualTo(at(3, "a"));
            get(store.touch(who(), List.of("c")));
            assertThat(get(store.standings(user))).hasSize(2);
        }
    }

    @Test
    void flushedScriptsAreLoadedAgain() {
        PositionStore store = store(LIMITS);
        get(store.begin(who(), "c", at(1, "a")));
        try (RedisClient client = RedisClient.create(redis().uri());
                var connection = client.connect()) {
            connection.sync().scriptFlush();
        }
        assertThat(acknowledge(store, "", "c", at(2, "a"))).isEqualTo(at(2, "a"));
    }

    @Test
    void awayItFailsFastAndComesBack() {
        PositionStore store = store(LIMITS);
        get(store.begin(who(), "c", at(1, "a")));
        redis().kill();
        try {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () ->
                                    assertThatThrownBy(() -> get(store.position(who(), "c")))
                                            .cause()
                                            .isInstanceOfSatisfying(
                                                    BrokerException.class,
                                                    e ->
                                                            assertThat(e.reason())
                                                                    .isEqualTo(
                                                                            BrokerException.Reason
                                                                                    .UNAVAILABLE)));
        } finally {
            redis().restartEmpty();
        }
        awaitUp(store);
        assertThat(get(store.position(who(), "c"))).isNull();
        assertThat(get(store.begin(who(), "c", at(1, "b")))).isEqualTo(at(1, "b"));
    }
}
