package io.hawser.grid.affinity;

import com.hazelcast.core.HazelcastInstance;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The copy of the mappings in Redis, under {@code hawser:{a:<key>}} with their time to live: it
 * outlives the grid. Written behind, by a virtual thread, in batches; of one key only the last
 * entry waits, and what waits is bounded: beyond it the oldest is dropped and counted. Entries that
 * were moved wait until a second after the last move: in the one before, clients come back. While
 * Redis is away nothing is lost but what is dropped.
 *
 * <p>Thread-safe. {@link #offer} never waits for Redis; {@link #load} blocks.
 */
final class AffinityCopy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AffinityCopy.class);
    private static final String NAME = AffinityCopy.class.getName();
    private static final int MAX_WAITING = 65_536;

    /** Clients that have come or gone go before those that were moved. */
    private static final int MAX_MOVED = MAX_WAITING / 2;

    private static final int BATCH = 500;
    private static final long TIMEOUT_MS = 500;
    private static final long LOAD_TIMEOUT_MS = 200;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /**
     * Writes a mapping over an older one, for the time that one has left; for the whole time where
     * nothing is known, as when the node was lost before it had written. A moved client may have
     * connected since, and its node may have written that already.
     */
    private static final String MOVE =
            """
            local known = redis.call('GET', KEYS[1])
            if not known then
                redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
                return 1
            end
            local read, mapping = pcall(cjson.decode, known)
            local epoch = read and type(mapping) == 'table' and tonumber(mapping.epoch) or 0
            if epoch >= tonumber(ARGV[2]) then return 0 end
            redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL')
            return 1
            """;

    private final Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis;
    private final long ttlMs;
    private final SequencedMap<String, Waiting> waiting = new LinkedHashMap<>(); // its own lock

    /** Keys that are not among those. Under the same lock. */
    private final SequencedMap<String, Waiting> moved = new LinkedHashMap<>();

    private long lastMoveNanos = System.nanoTime() - QUIET_NANOS; // under the same lock
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;
    private boolean failing; // the thread's own

    /**
     * An entry to be written.
     *
     * @param ttlMs {@link #MOVED} for one that was moved
     */
    private record Waiting(AffinityEntry entry, long ttlMs) {
        static final long MOVED = -1;
    }

    /**
     * @param redis gives the commands of a connection, null while there is none
     * @param ttl of a moved entry of which Redis knows nothing
     */
    AffinityCopy(
            Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis,
            Duration ttl) {
        this.redis = redis;
        this.ttlMs = ttl.toMillis();
        this.thread = Thread.ofVirtual().name("affinity-copy").unstarted(this::run);
    }

    /** The same, found by what runs on the member. */
    static AffinityCopy at(
            HazelcastInstance member,
            Supplier<? extends @Nullable RedisClusterAsyncCommands<String, String>> redis,
            Duration ttl) {
        var copy = new AffinityCopy(redis, ttl);
        member.getUserContext().put(NAME, copy);
        return copy;
    }

    /** The member's copy; null if it has none. */
    static @Nullable AffinityCopy of(HazelcastInstance member) {
        return (AffinityCopy) member.getUserContext().get(NAME);
    }

    void start() {
        thread.start();
    }

    /** The entry is to be written, some time. */
    void offer(String key, AffinityEntry entry, Duration ttl) {
        synchronized (waiting) {
            moved.remove(key);
            waiting.remove(key);
            waiting.put(key, new Waiting(entry, ttl.toMillis()));
            dropOldest();
        }
        LockSupport.unpark(thread);
    }

    /**
     * The entry has another node now; it is to be written, unless Redis knows a later one, some
     * time. If it finds no room it is dropped and counted.
     */
    void offerMoved(String key, AffinityEntry entry) {
        synchronized (waiting) {
            lastMoveNanos = System.nanoTime();
            Waiting known = newest(key);
            if (known == null && moved.size() >= MAX_MOVED) {
                dropped.increment();
            } else if (known == null) {
                moved.put(key, new Waiting(entry, Waiting.MOVED));
            } else if (known.entry().epoch() < entry.epoch()) {
                queueOf(known).put(key, new Waiting(entry, known.ttlMs()));
            }
        }
    }

    private @Nullable Waiting newest(String key) {
        Waiting known = waiting.get(key);
        return known == null ? moved.get(key) : known;
    }

    private SequencedMap<String, Waiting> queueOf(Waiting each) {
        return each.ttlMs() == Waiting.MOVED ? moved : waiting;
    }

    /**
     * What Redis holds; null if it holds nothing, does not answer, or what it holds is unreadable.
     */
    @Nullable AffinityEntry load(String key) {
        synchronized (waiting) {
            Waiting newest = newest(key);
            if (newest != null) {
                return newest.entry();
            }
        }
        try {
            String json = await(commands().get(RedisKeys.mapping(key)), LOAD_TIMEOUT_MS);
            return json == null ? null : JSON.readValue(json, AffinityEntry.class);
        } catch (AffinityException e) {
            failures.increment();
            return null;
        } catch (JacksonException e) {
            log.debug("ignoring a mapping that cannot be read", e);
            return null;
        }
    }

    /** Entries that wait to be written. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size() + moved.size();
        }
    }

    /** Entries that were never written, since the start. */
    long dropped() {
        return dropped.sum();
    }

    /** Batches and reads that failed, since the start. */
    long failures() {
        return failures.sum();
    }

    /** Writes what waits, for two seconds at most, and stops. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_TIMEOUT_MS))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            Map<String, Waiting> batch = take();
            if (batch.isEmpty() && closing) {
                return;
            }
            if (batch.isEmpty()) {
                LockSupport.parkNanos(this, IDLE_NANOS);
            } else {
                writeOrKeep(batch);
            }
        }
    }

    private void writeOrKeep(Map<String, Waiting> batch) {
        try {
            write(batch);
            failing = false;
        } catch (AffinityException e) {
            failures.increment();
            putBack(batch);
            if (!failing) {
                log.warn("cannot copy affinity to Redis, retrying", e);
            }
            failing = true;
            LockSupport.parkNanos(this, RETRY_NANOS);
        }
    }

    private Map<String, Waiting> take() {
        synchronized (waiting) {
            boolean quiet = closing || System.nanoTime() - lastMoveNanos >= QUIET_NANOS;
            return take(waiting.isEmpty() && quiet ? moved : waiting);
        }
    }

    private static Map<String, Waiting> take(SequencedMap<String, Waiting> queue) {
        Map<String, Waiting> batch = new LinkedHashMap<>();
        var oldest = queue.entrySet().iterator();
        while (oldest.hasNext() && batch.size() < BATCH) {
            var next = oldest.next();
            batch.put(next.getKey(), next.getValue());
            oldest.remove();
        }
        return batch;
    }

    /** Whatever came meanwhile is newer. */
    private void putBack(Map<String, Waiting> batch) {
        synchronized (waiting) {
            batch.forEach(
                    (key, each) -> {
                        if (newest(key) == null) {
                            queueOf(each).put(key, each);
                        }
                    });
            dropOldest();
        }
    }

    private void dropOldest() {
        while (waiting.size() + moved.size() > MAX_WAITING) {
            (moved.isEmpty() ? waiting : moved).pollFirstEntry();
            dropped.increment();
        }
    }

    private void write(Map<String, Waiting> batch) {
        RedisClusterAsyncCommands<String, String> commands = commands();
        List<RedisFuture<?>> answers = new ArrayList<>(batch.size());
        try {
            batch.forEach((key, each) -> answers.add(write(commands, key, each)));
        } catch (RedisException e) {
            throw new AffinityException("Redis does not take commands", e);
        }
        answers.forEach(answer -> await(answer, TIMEOUT_MS));
    }

    private RedisFuture<?> write(
            RedisClusterAsyncCommands<String, String> commands, String key, Waiting each) {
        String json = JSON.writeValueAsString(each.entry());
        String mapping = RedisKeys.mapping(key);
        return each.ttlMs() == Waiting.MOVED
                ? commands.<Long>eval(
                        MOVE,
                        ScriptOutputType.INTEGER,
                        new String[] {mapping},
                        json,
                        Long.toString(each.entry().epoch()),
                        Long.toString(ttlMs))
                : commands.set(mapping, json, SetArgs.Builder.px(each.ttlMs()));
    }

    private RedisClusterAsyncCommands<String, String> commands() {
        RedisClusterAsyncCommands<String, String> commands = redis.get();
        if (commands == null) {
            throw new AffinityException("not connected to Redis");
        }
        return commands;
    }

    private static <T> T await(RedisFuture<T> answer, long timeoutMs) {
        try {
            return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AffinityException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AffinityException("Redis does not answer", e);
        }
    }
}
