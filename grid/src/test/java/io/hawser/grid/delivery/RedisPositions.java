package io.hawser.grid.delivery;

import static org.awaitility.Awaitility.await;

import io.hawser.grid.bus.RedisBroker;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.RedisSettings;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The contract on Redis: each store has connections of its own, as on another node. */
abstract class RedisPositions extends PositionStoreContract {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A Redis that stands still for a while on a busy machine has not failed. */
    private static final Duration PATIENT = Duration.ofSeconds(5);

    private final Lanes lanes = new Lanes(1, 1000);
    private final List<RedisServers> opened = new ArrayList<>();
    private @Nullable Broker broker;

    abstract RedisMode mode();

    abstract List<String> uris();

    private RedisServers connect() {
        var made = RedisServers.of(new RedisSettings(mode(), uris(), PATIENT, ""));
        opened.add(made);
        return made;
    }

    @BeforeEach
    void open() {
        var made = new RedisBroker(connect(), lanes, PublishLimits.DEFAULT, new Shedding());
        broker = made;
        made.start(new Silent());
        await().atMost(LIMIT).until(() -> made.health() == Broker.State.UP);
    }

    @AfterEach
    void close() {
        broker().close();
        opened.forEach(RedisServers::close);
        lanes.close();
    }

    @Override
    PositionStore newStore(PositionLimits limits) {
        RedisServers own = connect();
        var store = new RedisPositionStore(own, limits);
        own.start();
        awaitUp(store);
        return store;
    }

    /** At every server: so many users that each has some. */
    static void awaitUp(PositionStore store) {
        for (int i = 0; i < 100; i++) {
            String user = "nobody-" + i;
            await().atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .ignoreExceptions()
                    .until(() -> get(store.standings(user)).isEmpty());
        }
    }

    @Override
    Broker broker() {
        return Objects.requireNonNull(broker);
    }
}
