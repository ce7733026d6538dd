package io.hawser.grid.bus;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.TestNode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.Objects;

/** The contract on a real Redis: the installed one, else what the development kit has. */
class RedisContractIT extends BrokerContract {
    private static @Nullable RedisServer redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
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
