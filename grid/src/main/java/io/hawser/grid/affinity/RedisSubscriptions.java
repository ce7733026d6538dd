package io.hawser.grid.affinity;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * In Redis, a hash for each key, so that they outlive any node. Thread-safe; commands are handed to
 * the driver, whose queue is bounded.
 */
final class RedisSubscriptions implements KeptSubscriptions {
    private static final long TIMEOUT_MS = 200;

    private final Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis;
    private final Duration ttl;
    private final LongAdder failures = new LongAdder();

    /**
     * @param redis gives the commands of a connection, null while there is none
     */
    RedisSubscriptions(
            Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis,
            Duration ttl) {
        this.redis = redis;
        this.ttl = ttl;
    }

    @Override
    public void keep(String key, String channel, String terms) {
        String hash = RedisKeys.subscriptions(key);
        write(commands -> commands.hset(hash, channel, terms));
        write(commands -> commands.pexpire(hash, ttl));
    }

    @Override
    public void forget(String key, String channel) {
        String hash = RedisKeys.subscriptions(key);
        write(commands -> channel.isEmpty() ? commands.del(hash) : commands.hdel(hash, channel));
    }

    @Override
    public CompletionStage<Map<String, String>> load(String key) {
        String hash = RedisKeys.subscriptions(key);
        CompletableFuture<Map<String, String>> found =
                send(commands -> commands.hgetall(hash))
                        .orTimeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        return found.handle(
                (channels, failure) -> {
                    if (failure != null) {
                        failures.increment();
                        throw new AffinityException("Redis does not answer", failure);
                    }
                    if (!channels.isEmpty()) {
                        write(commands -> commands.pexpire(hash, ttl));
                    }
                    return channels;
                });
    }

    @Override
    public long failures() {
        return failures.sum();
    }

    private <T> void write(
            Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        var _ =
                send(command)
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        failures.increment();
                                    }
                                });
    }

    private <T> CompletableFuture<T> send(
            Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        RedisClusterAsyncCommands<String, String> commands = redis.get();
        if (commands == null) {
            return CompletableFuture.failedFuture(new AffinityException("not connected to Redis"));
        }
        try {
            return command.apply(commands).toCompletableFuture();
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
