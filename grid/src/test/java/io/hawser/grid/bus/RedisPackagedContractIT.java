package io.hawser.grid.bus;

import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.devkit.ServiceSource;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.TestNode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.Objects;

/** The contract on the oldest Redis we support, 6.2, which comes in a Maven package. */
class RedisPackagedContractIT extends BrokerContract {
    private static @Nullable RedisServer redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start(new RedisOptions().source(ServiceSource.PACKAGED));
    }

    @AfterAll
    static void stopRedis() {
        Objects.requireNonNull(redis).close();
    }

    @Override
    protected TestNode newNode() {
        TestNode node = RedisNodes.on(Objects.requireNonNull(redis).uri());
        awaitUp(node);
        return node;
    }

    @Override
    protected boolean isShared() {
        return true;
    }
}
