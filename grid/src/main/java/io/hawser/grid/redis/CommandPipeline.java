package io.hawser.grid.redis;

import io.hawser.grid.priority.HeapShare;
import io.hawser.grid.priority.LaneQueue;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisFailure.Kind;
import io.lettuce.core.api.StatefulRedisConnection;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends commands over one connection, each lane in the order of submission: a bounded {@link
 * LaneQueue}, written by the driver's thread that also reads the answers, as many at once as wait,
 * at most 64 a write and 256 unanswered. Thread-safe; submitting never blocks and takes no lock.
 * Stages complete on the driver's thread, so what depends on them must not block either.
 *
 * <p>A server that forgot its scripts gets them again, and the commands that failed for it are sent
 * again in order (see {@link ForgottenScripts}). Nothing else is ever sent twice.
 */
public final class CommandPipeline implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CommandPipeline.class);
    static final int MAX_IN_FLIGHT = 256;
    private static final int WRITE_AT_ONCE = 64;

    /** What waits to be written may take one of so many parts of the heap. */
    public static final int OF_HEAP = 16;

    private final List<RedisScript> scripts;
    private final Duration patience;
    private final RedisLink<StatefulRedisConnection<String, byte[]>> link;
    private final LaneQueue<Job<?>> queue;
    private final ForgottenScripts forgotten = new ForgottenScripts();

    /** Null if no replica is waited for. */
    private final @Nullable ReplicaWait replicas;

    /** Commands that were sent and are not answered yet. */
    private final AtomicInteger inFlight = new AtomicInteger();

    /** Set by whoever has {@link #drain} run, which is never run twice at a time. */
    private final AtomicBoolean draining = new AtomicBoolean();

    /** To be sent again before all others; only touched by the drain and, meanwhile, a reload. */
    private final Queue<Job<?>> again = new ArrayDeque<>();

    /** While scripts are loaded again, nothing is sent. */
    private volatile boolean reloading;

    /** The thread of the driver that reads the connection; before the first one, whoever asks. */
    private volatile Executor thread = Runnable::run;

    private volatile boolean closed;

    /**
     * Where a command comes in the order of all.
     *
     * @param key commands with the same key are carried out in the order in which they were sent;
     *     empty if that does not matter
     * @param lane each lane is sent in the order of submission; the lower, the sooner the queue is
     *     full for it
     * @param bytes about how long the command is, for the queue's bound and the lanes' shares
     */
    public record Place(String key, Priority lane, int bytes) {
        /** For what needs no order. */
        public static final Place ANY = new Place("", Priority.NORMAL, 0);
    }

    /** One command on its way; those with the same key must not swap. */
    record Job<T>(String key, RedisCall<T> call, Answered<T> answer) {
        void fail(RedisFailure failure) {
            answer.answered(null, failure);
        }
    }

    /**
     * @param capacity commands that may wait to be written, in a sixteenth of the heap at most
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
        this.patience = connections.patience();
        this.queue = new LaneQueue<>(capacity, HeapShare.of(OF_HEAP), shedding);
        this.replicas =
                connections.waitReplicas() == 0
                        ? null
                        : new ReplicaWait(
                                connections.waitReplicas(),
                                connections.replicaPatience(),
                                this::waitForReplicas);
        this.link = connections.commandLink(name, new Loading(listener));
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
            findThread(connection);
            await(loadScripts(connection));
            ReplicaWait waiting = replicas;
            if (waiting != null) {
                waiting.connected();
            }
        }

        @Override
        public void up() {
            changed.run();
        }

        @Override
        public boolean isAwaiting() {
            return inFlight.get() > 0 || reloading;
        }

        @Override
        public void down() {
            schedule();
            changed.run();
        }
    }

    /**
     * Queues a command.
     *
     * @return fails with {@link RedisFailure}, at once if not connected or the queue is full
     */
    public <T> CompletionStage<T> submit(Place place, RedisCall<T> call) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        submit(
                place,
                call,
                (value, failure) -> {
                    if (failure == null) {
                        stage.complete(value);
                    } else {
                        stage.completeExceptionally(failure);
                    }
                });
        return stage;
    }

    /** The same, for many commands a second: without a stage. */
    public <T> void submit(Place place, RedisCall<T> call, Answered<T> answer) {
        Job<T> job = new Job<>(place.key(), call, answer);
        if (closed || !isUp()) {
            job.fail(notConnected());
        } else if (!queue.offer(job, place.lane(), place.bytes())) {
            job.fail(new RedisFailure(Kind.QUEUE_FULL, "queue before Redis is full"));
        } else {
            schedule();
        }
    }

    /**
     * A command that writes what must not be lost: it is answered when as many replicas have it as
     * the settings say ({@link RedisSettings#waitReplicas}). If they have it not in time it fails,
     * though the server has carried it out.
     */
    public <T> void submitKept(Place place, RedisCall<T> call, Answered<T> answer) {
        ReplicaWait waiting = replicas;
        submit(place, call, waiting == null ? answer : waiting.before(answer));
    }

    /** At most one at a time, so it takes its place however much waits. */
    private void waitForReplicas(Answered<Long> answer) {
        ReplicaWait waiting = replicas;
        if (waiting == null || closed || !isUp()) {
            answer.answered(null, notConnected());
            return;
        }
        queue.add(new Job<>("", waiting.call(), answer), Priority.HIGH, 0);
        schedule();
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

    /** Has the driver's thread look after what waits. */
    private void schedule() {
        if (draining.getAndSet(true)) {
            return;
        }
        try {
            thread.execute(this::drain);
        } catch (RejectedExecutionException e) {
            log.debug("the driver has ended", e);
            drain();
        }
    }

    private void drain() {
        do {
            sendWaiting();
            draining.set(false);
        } while (isDue() && !draining.getAndSet(true));
    }

    /** Whether the drain would find something to do. */
    private boolean isDue() {
        if (closed || !isUp()) {
            return !queue.isEmpty();
        }
        if (reloading) {
            return false;
        }
        return forgotten.any()
                ? inFlight.get() == 0
                : inFlight.get() < MAX_IN_FLIGHT && !(queue.isEmpty() && again.isEmpty());
    }

    private void sendWaiting() {
        StatefulRedisConnection<String, byte[]> connection = link.current();
        if (closed || connection == null) {
            failWaiting();
        } else if (reloading) {
            log.debug("scripts are loaded before anything else is sent");
        } else if (!forgotten.any()) {
            while (sendSome(connection)) {}
        } else if (inFlight.get() == 0) {
            reload(connection);
        }
    }

    /** In one write; false if there was nothing to send or no room for it. */
    private boolean sendSome(StatefulRedisConnection<String, byte[]> connection) {
        int most = Math.min(WRITE_AT_ONCE, MAX_IN_FLIGHT - inFlight.get());
        List<SentCommand<?>> commands = new ArrayList<>(WRITE_AT_ONCE);
        while (commands.size() < most) {
            Job<?> job = again.poll();
            if (job == null) {
                job = queue.poll();
            }
            if (job == null) {
                break;
            }
            commands.add(command(job));
        }
        if (commands.isEmpty()) {
            return false;
        }
        if (inFlight.getAndAdd(commands.size()) == 0) {
            link.heard(); // nothing was awaited before
        }
        try {
            var _ = connection.dispatch(commands);
        } catch (RuntimeException e) {
            commands.forEach(command -> command.completeExceptionally(e));
        }
        return true;
    }

    private <T> SentCommand<T> command(Job<T> job) {
        return job.call().command((value, failure) -> answered(job, value, failure));
    }

    /** On the driver's thread, in the order of sending; or when the connection is closed. */
    private <T> void answered(Job<T> job, @Nullable T value, @Nullable RedisFailure failure) {
        if (failure == null) {
            link.heard();
            forgotten.succeeded(job.key());
            freed();
        } else if (failure.isOfUnknownScript() && !closed) {
            forgotten.add(job);
            freed();
            return;
        } else {
            if (failure.isAnswer()) {
                link.heard();
            }
            freed();
            if (failure.isOfAnotherServer()) {
                link.doubt();
            }
        }
        job.answer().answered(value, failure);
    }

    private void freed() {
        inFlight.decrementAndGet();
        if (isDue()) {
            schedule();
        }
    }

    /** All that was sent is answered. */
    private void reload(StatefulRedisConnection<String, byte[]> connection) {
        reloading = true;
        link.heard();
        var _ = loadScripts(connection).whenComplete((nothing, thrown) -> reloaded(thrown));
    }

    private void reloaded(@Nullable Throwable thrown) {
        List<Job<?>> repeated = forgotten.takeToRepeat();
        if (thrown == null) {
            log.info("Redis forgot its scripts; {} commands are sent again", repeated.size());
            again.addAll(repeated);
        } else {
            log.warn("Redis forgot its scripts and takes no new ones: {}", thrown.toString());
            RedisFailure failure =
                    new RedisFailure(Kind.UNAVAILABLE, "scripts were not loaded", thrown);
            repeated.forEach(job -> job.fail(failure));
        }
        reloading = false;
        schedule();
    }

    private CompletableFuture<Void> loadScripts(
            StatefulRedisConnection<String, byte[]> connection) {
        return CompletableFuture.allOf(
                scripts.stream()
                        .map(script -> connection.async().scriptLoad(script.source()))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new));
    }

    private void findThread(StatefulRedisConnection<String, byte[]> connection) {
        thread = await(connection.async().ping().thenApply(_ -> DriverThreads.current(connection)));
    }

    private <T> T await(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisFailure(Kind.UNAVAILABLE, "interrupted while preparing Redis", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new RedisFailure(Kind.UNAVAILABLE, "Redis was not prepared", e);
        }
    }

    private void failWaiting() {
        if (!reloading) { // else the reload fails, and with it what it would have repeated
            fail(forgotten.takeToRepeat());
            fail(again);
            again.clear();
        }
        for (Job<?> job = queue.poll(); job != null; job = queue.poll()) {
            job.fail(notConnected());
        }
    }

    private static void fail(Collection<Job<?>> jobs) {
        jobs.forEach(job -> job.fail(notConnected()));
    }

    @Override
    public void close() {
        closed = true;
        schedule();
    }
}
