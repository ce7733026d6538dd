package io.hawser.grid.delivery;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.RedisClusterServers;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.redis.RedisMode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.List;
import java.util.Objects;

/** Positions on a real Redis Cluster: those of one user have one slot. */
class RedisClusterPositionsIT extends RedisPositions {
    private static @Nullable RedisClusterServers cluster;

    @BeforeAll
    static void startRedis() {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        cluster = RedisClusterServers.start(3);
    }

    @AfterAll
    static void stopRedis() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    RedisMode mode() {
        return RedisMode.CLUSTER;
    }

    @Override
    List<String> uris() {
        return Objects.requireNonNull(cluster).uris();
    }
}
