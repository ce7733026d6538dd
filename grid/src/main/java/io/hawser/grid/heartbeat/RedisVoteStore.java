package io.hawser.grid.heartbeat;

import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The {@link VoteStore} in Redis: views in the hash {@code hawser:views:<cluster>}, claims in keys
 * of their own that expire. Thread-safe.
 */
public final class RedisVoteStore implements VoteStore {
    private static final Logger log = LoggerFactory.getLogger(RedisVoteStore.class);
    private static final Duration CLAIM_TTL = Duration.ofSeconds(10);

    /** A view that has not changed for so long is of a node that nobody waits for. */
    private static final long FORGET_MS = 60_000;

    /** Holds a claim, unless another was faster: who then asks again. */
    private static final String HOLD =
            """
            if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
                return 0
            end
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            return 1
            """;

    private final Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis;
    private final String viewsKey;
    private final String claimPrefix;

    /** Views as they were, and since when; touched under the lock of this map only. */
    private final Map<String, Unchanged> unchanged = new HashMap<>();

    private record Unchanged(String view, long sinceMs) {}

    /**
     * The store of one cluster.
     *
     * @param redis gives the commands of a connection, null while there is none
     * @param cluster names the cluster; others may use the same Redis
     */
    public RedisVoteStore(
            Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis,
            String cluster) {
        this.redis = redis;
        this.viewsKey = "hawser:views:" + cluster;
        this.claimPrefix = "hawser:claim:" + cluster + ":";
    }

    @Override
    public CompletionStage<List<StoreView>> exchange(StoreView own) {
        return ask(
                commands -> {
                    String node = own.node().node();
                    return commands.hset(viewsKey, node, ViewText.of(own))
                            .thenCompose(_ -> commands.hgetall(viewsKey))
                            .thenApply(all -> others(all, node, commands));
                });
    }

    private List<StoreView> others(
            Map<String, String> all,
            String self,
            RedisClusterAsyncCommands<String, String> commands) {
        List<StoreView> views = new ArrayList<>();
        all.forEach(
                (node, text) -> {
                    if (!node.equals(self)) {
                        forgetIfUnchanged(node, text, commands);
                        StoreView view = ViewText.parse(text);
                        if (view != null) {
                            views.add(view);
                        }
                    }
                });
        return views;
    }

    private void forgetIfUnchanged(
            String node, String text, RedisClusterAsyncCommands<String, String> commands) {
        long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        synchronized (unchanged) {
            Unchanged before = unchanged.get(node);
            if (before == null || !before.view.equals(text)) {
                unchanged.put(node, new Unchanged(text, nowMs));
            } else if (nowMs - before.sinceMs > FORGET_MS) {
                unchanged.remove(node);
                log.debug("forgetting the view of {}", node);
                var _ = commands.hdel(viewsKey, node);
            }
        }
    }

    @Override
    public CompletionStage<Boolean> claim(String generation, Division division) {
        String key = claimPrefix + generation;
        return ask(
                commands ->
                        commands.get(key)
                                .thenCompose(text -> decide(commands, key, text, division)));
    }

    private CompletionStage<Boolean> decide(
            RedisClusterAsyncCommands<String, String> commands,
            String key,
            @Nullable String text,
            Division claimed) {
        Division granted = claimed.over(text == null ? null : ViewText.division(text));
        if (granted == null) {
            return CompletableFuture.completedFuture(false);
        }
        return commands.<Long>eval(
                        HOLD,
                        ScriptOutputType.INTEGER,
                        new String[] {key},
                        text == null ? "" : text,
                        ViewText.of(granted),
                        String.valueOf(CLAIM_TTL.toMillis()))
                .thenCompose(
                        held ->
                                held == 1
                                        ? CompletableFuture.completedFuture(true)
                                        : CompletableFuture.failedFuture(
                                                new RedisException("another claim was faster")));
    }

    @Override
    public CompletionStage<?> remove(String node) {
        return ask(commands -> commands.hdel(viewsKey, node));
    }

    private <T> CompletionStage<T> ask(
            Function<RedisClusterAsyncCommands<String, String>, CompletionStage<T>> question) {
        var commands = redis.get();
        if (commands == null) {
            return CompletableFuture.failedFuture(new RedisException("not connected to Redis"));
        }
        try {
            return question.apply(commands);
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
