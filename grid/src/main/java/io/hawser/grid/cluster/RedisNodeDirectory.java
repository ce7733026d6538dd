package io.hawser.grid.cluster;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The {@link NodeDirectory} in Redis: {@code hawser:node:<id>} and {@code hawser:life:<id>}. Each
 * command waits 500 ms at most, a listing three seconds in all. Thread-safe.
 */
public final class RedisNodeDirectory implements NodeDirectory {
    private static final String PREFIX = "hawser:node:";

    private static final String LIFE_PREFIX = "hawser:life:";
    private static final Duration LIFE_TTL = Duration.ofDays(30);
    private static final long COMMAND_TIMEOUT_MS = 500;
    private static final long LIST_TIMEOUT_MS = 3_000;

    /** Keys Redis looks at in one SCAN step: some milliseconds of its time. */
    private static final int SCAN_COUNT = 5_000;

    private final Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis;

    /**
     * @param redis gives the commands of a connection (a standalone's or a cluster's), null while
     *     there is none
     */
    public RedisNodeDirectory(
            Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis) {
        this.redis = redis;
    }

    @Override
    public @Nullable String put(NodeId id, String json, Duration ttl) {
        String key = PREFIX + id;
        String before = await(() -> commands().get(key));
        await(() -> commands().set(key, json, SetArgs.Builder.px(ttl)));
        return before;
    }

    @Override
    public void remove(NodeId id) {
        await(() -> commands().del(PREFIX + id));
    }

    @Override
    public void lives(NodeId id, long incarnation) {
        String life = Long.toString(Math.max(incarnation, lastLife(id)));
        await(() -> commands().set(LIFE_PREFIX + id, life, SetArgs.Builder.ex(LIFE_TTL)));
    }

    @Override
    public long lastLife(NodeId id) {
        String life = await(() -> commands().get(LIFE_PREFIX + id));
        try {
            return life == null ? 0 : Math.max(0, Long.parseLong(life));
        } catch (NumberFormatException e) {
            throw new DirectoryException(LIFE_PREFIX + id + " is not a number", e);
        }
    }

    @Override
    public Map<String, String> list() {
        var commands = commands();
        List<String> keys = scan(commands);
        Map<String, String> entries = new HashMap<>();
        if (!keys.isEmpty()) {
            for (KeyValue<String, String> value :
                    await(() -> commands.mget(keys.toArray(String[]::new)))) {
                value.ifHasValue(
                        json -> entries.put(value.getKey().substring(PREFIX.length()), json));
            }
        }
        return entries;
    }

    private static List<String> scan(RedisClusterAsyncCommands<String, String> commands) {
        ScanArgs args = ScanArgs.Builder.matches(PREFIX + "*").limit(SCAN_COUNT);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIST_TIMEOUT_MS);
        List<String> keys = new ArrayList<>();
        ScanCursor cursor = ScanCursor.INITIAL;
        do {
            if (System.nanoTime() - deadline > 0) {
                throw new DirectoryException("listing the nodes took too long", null);
            }
            ScanCursor from = cursor;
            KeyScanCursor<String> page = await(() -> commands.scan(from, args));
            keys.addAll(page.getKeys());
            cursor = page;
        } while (!cursor.isFinished());
        return keys.stream().distinct().toList();
    }

    private RedisClusterAsyncCommands<String, String> commands() {
        var commands = redis.get();
        if (commands == null) {
            throw new DirectoryException("not connected to Redis", null);
        }
        return commands;
    }

    private static <T extends @Nullable Object> T await(Supplier<RedisFuture<T>> command) {
        try {
            return command.get().get(COMMAND_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DirectoryException("interrupted", e);
        } catch (TimeoutException e) {
            throw new DirectoryException("Redis did not answer in time", e);
        } catch (ExecutionException | CancellationException | RedisException e) {
            throw new DirectoryException("Redis failed", e);
        }
    }
}
