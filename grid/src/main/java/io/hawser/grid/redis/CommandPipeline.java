package io.hawser.grid.redis;

import io.hawser.grid.priority.LaneQueue;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisFailure.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends commands over one connection, each lane in the order of submission: a bounded {@link
 * LaneQueue}, one thread that writes, a flush when the queue is empty or at 64 commands, at most
 * 256 unanswered. Thread-safe; submitting never blocks and takes no lock. Stages complete on the
 * driver's thread, so what depends on them must not block either.
 *
 * <p>A server that forgot its scripts gets them again, and the commands that failed for it are sent
 * again in order (see {@link ForgottenScripts}). Nothing else is ever sent twice.
 */
public final class CommandPipeline implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CommandPipeline.class);
    static final int MAX_IN_FLIGHT = 256;
    private static final int FLUSH_AT = 64;

    private final List<RedisScript> scripts;
    private final RedisLink<StatefulRedisConnection<String, byte[]>> link;
    private final LaneQueue<Job<?>> queue;
    private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);
    private final ForgottenScripts forgotten = new ForgottenScripts();
    private final Thread thread;

    /** Stands in the queue for "look around"; never sent. */
    private final Job<Object> nudge =
            new Job<>(
                    "",
                    commands -> {
                        throw new IllegalStateException("a nudge is not sent");
                    },
                    new CompletableFuture<>());

    private int unflushed;
    private volatile boolean closed;

    /**
     * Writes one command.
     *
     * @param <T> the answer
     */
    public interface Call<T> {
        RedisFuture<T> send(RedisAsyncCommands<String, byte[]> commands);
    }

    /**
     * Where a command comes in the order of all.
     *
     * @param key commands with the same key are carried out in the order in which they were sent;
     *     empty if that does not matter
     * @param lane each lane is sent in the order of submission; the lower, the sooner the queue is
     *     full for it
     * @param bytes about how long the command is, for the lanes' shares
     */
    public record Place(String key, Priority lane, int bytes) {
        /** For what needs no order. */
        public static final Place ANY = new Place("", Priority.NORMAL, 0);
    }

    /** One command on its way; those with the same key must not swap. */
    record Job<T>(String key, Call<T> call, CompletableFuture<T> answer) {}

    /**
     * @param capacity commands that may wait to be written
     * @param shedding whether those of the low lane are refused sooner
     * @param scripts loaded into each new connection's server
     * @param listener hears when the connection comes and goes
     */
    public CommandPipeline(
            String name,
            RedisConnections connections,
            int capacity,
            Shedding shedding,
            List<RedisScript> scripts,
            Runnable listener) {
        this.scripts = scripts;
        this.queue = new LaneQueue<>(capacity, shedding);
        this.link = connections.commandLink(name, new Loading(listener));
        this.thread = Thread.ofPlatform().name("redis-" + name).daemon().unstarted(this::run);
        thread.start();
    }

    /** Loads scripts before anything else is sent. */
    private final class Loading
            implements RedisLink.Listener<StatefulRedisConnection<String, byte[]>> {
        private final Runnable changed;

        Loading(Runnable changed) {
            this.changed = changed;
        }

        @Override
        public void opened(StatefulRedisConnection<String, byte[]> connection) {
            loadScripts(connection);
        }

        @Override
        public void up() {
            changed.run();
        }

        @Override
        public boolean isAwaiting() {
            return free.availablePermits() < MAX_IN_FLIGHT;
        }

        @Override
        public void down() {
            changed.run();
        }
    }

    /**
     * Queues a command.
     *
     * @return fails with {@link RedisFailure}, at once if not connected or the queue is full
     */
    public <T> CompletionStage<T> submit(Place place, Call<T> call) {
        Job<T> job = new Job<>(place.key(), call, new CompletableFuture<>());
        if (closed || !isUp()) {
            job.answer().completeExceptionally(notConnected());
        } else if (!queue.offer(job, place.lane(), place.bytes())) {
            job.answer()
                    .completeExceptionally(
                            new RedisFailure(Kind.QUEUE_FULL, "queue before Redis is full"));
        }
        return job.answer();
    }

    private static RedisFailure notConnected() {
        return new RedisFailure(Kind.UNAVAILABLE, "not connected to Redis");
    }

    /** Whether commands can be sent now. */
    public boolean isUp() {
        return link.current() != null;
    }

    /** Commands waiting to be written. */
    public int waiting() {
        return queue.size();
    }

    /** How long the last answered PING took, in milliseconds. */
    public double latencyMs() {
        return link.latencyMs();
    }

    private void run() {
        try {
            while (!closed) {
                Job<?> job = queue.poll();
                if (job == null) {
                    flush();
                    job = queue.take();
                }
                takeSlot();
                if (forgotten.any()) {
                    reload();
                }
                if (job.equals(nudge)) {
                    free.release();
                } else {
                    send(job);
                }
            }
        } catch (InterruptedException e) {
            log.debug("pipeline ends");
        } finally {
            failQueued();
        }
    }

    private void takeSlot() throws InterruptedException {
        if (!free.tryAcquire()) {
            flush();
            free.acquire();
        }
    }

    private <T> void send(Job<T> job) {
        StatefulRedisConnection<String, byte[]> connection = link.current();
        if (connection == null) {
            free.release();
            job.answer().completeExceptionally(notConnected());
            return;
        }
        if (free.availablePermits() == MAX_IN_FLIGHT - 1) {
            link.heard(); // nothing was awaited before
        }
        try {
            job.call()
                    .send(connection.async())
                    .whenComplete((value, thrown) -> answered(job, value, thrown));
        } catch (RuntimeException e) {
            free.release();
            job.answer().completeExceptionally(RedisFailure.of(e));
            return;
        }
        if (++unflushed >= FLUSH_AT) {
            flush();
        }
    }

    private void flush() {
        StatefulRedisConnection<String, byte[]> connection = link.current();
        if (unflushed > 0 && connection != null) {
            connection.flushCommands();
        }
        unflushed = 0;
    }

    /** On the driver's thread, in the order of sending. */
    private <T> void answered(Job<T> job, T value, @Nullable Throwable thrown) {
        if (thrown == null) {
            link.heard();
            forgotten.succeeded(job.key());
            free.release();
            job.answer().complete(value);
            return;
        }
        Throwable cause = RedisFailure.unwrap(thrown);
        if (cause instanceof RedisNoScriptException && !closed) {
            forgotten.add(job);
            wake();
            free.release();
            return;
        }
        if (cause instanceof RedisCommandExecutionException) {
            link.heard();
        }
        free.release();
        RedisFailure failure = RedisFailure.of(cause);
        if (failure.isOfAnotherServer()) {
            link.doubt();
        }
        job.answer().completeExceptionally(failure);
    }

    /** Lets the writing thread look at the forgotten scripts even if nobody submits anything. */
    private void wake() {
        if (!queue.offer(nudge, Priority.HIGH, 0)) {
            log.debug("queue is full, so the writing thread is awake");
        }
    }

    /** Called with one slot taken; waits until all that was sent is answered. */
    private void reload() throws InterruptedException {
        flush();
        free.acquire(MAX_IN_FLIGHT - 1);
        List<Job<?>> again = forgotten.takeToRepeat();
        try {
            StatefulRedisConnection<String, byte[]> connection = link.current();
            if (connection == null) {
                throw notConnected();
            }
            loadScripts(connection);
        } catch (RuntimeException e) {
            log.warn("Redis forgot its scripts and takes no new ones: {}", e.toString());
            again.forEach(job -> job.answer().completeExceptionally(RedisFailure.of(e)));
            again = List.of();
        } finally {
            free.release(MAX_IN_FLIGHT - 1);
        }
        for (Job<?> job : again) {
            takeSlot();
            send(job);
        }
        if (!again.isEmpty()) {
            log.info("Redis forgot its scripts; {} commands sent again", again.size());
        }
    }

    private void loadScripts(StatefulRedisConnection<String, byte[]> connection) {
        try {
            for (RedisScript script : scripts) {
                RedisFuture<String> loaded = connection.async().scriptLoad(script.source());
                connection.flushCommands();
                loaded.get(connection.getTimeout().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisFailure(Kind.UNAVAILABLE, "interrupted while loading scripts", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new RedisFailure(Kind.UNAVAILABLE, "scripts were not loaded", e);
        }
    }

    private void failQueued() {
        for (Job<?> job = queue.poll(); job != null; job = queue.poll()) {
            job.answer().completeExceptionally(notConnected());
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
