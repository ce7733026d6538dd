package io.hawser.grid.delivery;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.redis.RedisMode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.ArrayList;
import java.util.List;

/** Positions on several Redis servers that know nothing of each other. */
class RedisShardsPositionsIT extends RedisPositions {
    private static final List<RedisServer> servers = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        for (int i = 0; i < 3; i++) {
            servers.add(RedisServer.start());
        }
    }

    @AfterAll
    static void stopRedis() {
        servers.forEach(RedisServer::close);
    }

    @Override
    RedisMode mode() {
        return RedisMode.SHARDS;
    }

    @Override
    List<String> uris() {
        return servers.stream().map(RedisServer::uri).toList();
    }
}
