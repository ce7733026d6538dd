package io.hawser.grid.bus;

import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.TestNode;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

import java.util.ArrayList;
import java.util.List;

/** A test with servers and nodes of its own, which are closed in the opposite order. */
abstract class OnRedis {
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void pollOften() {
        BrokerContract.pollOften();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    final <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    final RedisServer redis(RedisOptions options) {
        return opened(RedisServer.start(options));
    }

    /** One that has been opened, once it is connected. */
    final TestNode up(TestNode node) {
        opened(node);
        BrokerContract.awaitUp(node);
        return node;
    }

    final RedisCommands<String, String> commands(RedisServer redis) {
        return opened(RedisClient.create(redis.uri())).connect().sync();
    }
}
