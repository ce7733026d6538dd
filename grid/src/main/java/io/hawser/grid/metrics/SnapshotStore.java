package io.hawser.grid.metrics;

import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Nodes' snapshots in Redis: the last of each node under {@code hawser:metrics:<node>} for ten
 * seconds, and all of them in the stream {@code hawser:metrics:series}, which is trimmed. Without
 * Redis nothing is stored and nothing is read: failures are counted, and logged once an outage.
 *
 * <p>Thread-safe. {@link #read} blocks; writing has a thread of its own.
 */
public final class SnapshotStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SnapshotStore.class);
    private static final String PREFIX = "hawser:metrics:";
    private static final String SERIES = PREFIX + "series";
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final long PERIOD_MS = 1_000;
    private static final long COMMAND_TIMEOUT_MS = 500;

    /** Snapshots in the stream, about: an hour of ten nodes. */
    private static final long SERIES_MAX = 36_000;

    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("metrics-store").factory());
    private final AtomicBoolean failing = new AtomicBoolean();
    private final LongAdder failures = new LongAdder();

    /**
     * @param redis gives the commands of a connection, null while there is none
     */
    public SnapshotStore(
            Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis) {
        this.redis = redis;
    }

    /**
     * Stores a snapshot each second from now on.
     *
     * @param snapshots called on the store's thread; must not block
     */
    public void start(Supplier<NodeSnapshot> snapshots) {
        var _ =
                thread.scheduleAtFixedRate(
                        () -> write(snapshots), 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * The last snapshot of each of these nodes that has one, by node; empty if Redis does not
     * answer. Blocks for half a second at most.
     */
    public List<NodeSnapshot> read(Collection<String> nodes) {
        List<NodeSnapshot> snapshots = new ArrayList<>();
        if (nodes.isEmpty()) {
            return snapshots;
        }
        try {
            String[] keys = nodes.stream().map(PREFIX::concat).toArray(String[]::new);
            for (KeyValue<String, String> value : await(commands().mget(keys))) {
                value.ifHasValue(json -> add(json, snapshots));
            }
            failing.set(false);
        } catch (StoreException | RuntimeException e) {
            failed(e);
        }
        snapshots.sort(Comparator.comparing(NodeSnapshot::node));
        return snapshots;
    }

    /** Writes and reads that failed, since the start. */
    public long failures() {
        return failures.sum();
    }

    /** Stops writing. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void write(Supplier<NodeSnapshot> snapshots) {
        try {
            NodeSnapshot snapshot = snapshots.get();
            String json = JSON.writeValueAsString(snapshot);
            var commands = commands();
            Future<String> last =
                    commands.set(PREFIX + snapshot.node(), json, SetArgs.Builder.px(TTL));
            XAddArgs trimmed = XAddArgs.Builder.maxlen(SERIES_MAX).approximateTrimming();
            await(commands.xadd(SERIES, trimmed, Map.of("node", snapshot.node(), "data", json)));
            await(last);
            failing.set(false);
        } catch (StoreException | RuntimeException e) {
            failed(e);
        }
    }

    private void failed(Exception e) {
        failures.increment();
        if (failing.compareAndSet(false, true)) {
            log.warn("snapshots of nodes cannot be stored or read, retrying", e);
        }
    }

    private static void add(String json, List<NodeSnapshot> snapshots) {
        try {
            snapshots.add(JSON.readValue(json, NodeSnapshot.class));
        } catch (JacksonException e) {
            log.debug("ignoring a snapshot that cannot be read", e);
        }
    }

    private RedisClusterAsyncCommands<String, String> commands() throws StoreException {
        var commands = redis.get();
        if (commands == null) {
            throw new StoreException("not connected to Redis");
        }
        return commands;
    }

    private static <T> T await(Future<T> future) throws StoreException {
        try {
            return future.get(COMMAND_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new StoreException("Redis does not answer", e);
        }
    }

    /** Stays within this class: callers see a count. */
    private static final class StoreException extends Exception {
        private static final long serialVersionUID = 1L;

        StoreException(String message) {
            super(message);
        }

        StoreException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
