package io.hawser.grid.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;

import io.hawser.grid.pubsub.Payload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Asks live nodes a question and gathers the answers, or asks one of them. Thread-safe; nothing
 * here blocks its caller.
 */
public final class Survey {
    static final String CONTEXT_KEY = "hawser.survey";
    private static final String EXECUTOR = "survey";
    private static final String CALL_EXECUTOR = "call";

    /** Calls of one node under way at most; each has a virtual thread that waits for the answer. */
    private static final int MAX_CALLS = 4_096;

    /** Surveys under way at most; they are for people and tools, not for a message's way. */
    private static final int MAX_CONCURRENT = 64;

    private final HazelcastInstance hazelcast;
    private final Registry registry;
    private final Map<String, UnaryOperator<Payload>> handlers = new ConcurrentHashMap<>();
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT);
    private final Semaphore callPermits = new Semaphore(MAX_CALLS);

    Survey(HazelcastInstance hazelcast, Registry registry) {
        this.hazelcast = hazelcast;
        this.registry = registry;
        hazelcast.getUserContext().put(CONTEXT_KEY, this);
    }

    static ExecutorConfig executor() {
        return executor(EXECUTOR, 1_000);
    }

    /** Calls do not wait behind surveys, whose answers take longer. */
    static ExecutorConfig callExecutor() {
        return executor(CALL_EXECUTOR, 2 * MAX_CALLS);
    }

    private static ExecutorConfig executor(String name, int queueCapacity) {
        return new ExecutorConfig(name)
                .setPoolSize(4)
                .setQueueCapacity(queueCapacity)
                .setStatisticsEnabled(false);
    }

    /**
     * Answers questions of one topic on this node.
     *
     * @param handler runs on one of a few threads and may block for a moment; the asker hears of
     *     its exceptions as {@link Answer.Missing}
     */
    public void handle(String topic, UnaryOperator<Payload> handler) {
        handlers.put(topic, handler);
    }

    /**
     * Asks all live nodes, this one included.
     *
     * @param timeout for all answers together
     * @return one answer a node, in the order of node ids, at the latest a moment after the
     *     timeout; exceptional with {@link RejectedExecutionException} if too many are under way
     */
    public CompletionStage<List<Answer>> ask(String topic, Payload question, Duration timeout) {
        return ask(topic, question, timeout, node -> true);
    }

    /**
     * The same for some of the live nodes.
     *
     * @param whom which ones
     */
    public CompletionStage<List<Answer>> ask(
            String topic, Payload question, Duration timeout, Predicate<NodeId> whom) {
        if (!permits.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new RejectedExecutionException("too many surveys under way"));
        }
        CompletableFuture<List<Answer>> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("survey-" + topic)
                .start(() -> run(new SurveyTask(topic, question.bytes()), timeout, whom, result));
        return result;
    }

    /**
     * Asks one node, which may be this one. For questions that are part of a message's way: many
     * may be under way, and their handlers must not block.
     *
     * @return its answer, at the latest a moment after the timeout; {@link Answer.Missing} also if
     *     the node is not live, or too many calls are under way
     */
    public CompletionStage<Answer> askNode(
            NodeId node, String topic, Payload question, Duration timeout) {
        if (!callPermits.tryAcquire()) {
            return CompletableFuture.completedFuture(
                    new Answer.Missing(node, "too many calls under way"));
        }
        CompletableFuture<Answer> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("call-" + topic)
                .start(
                        () ->
                                call(
                                        node,
                                        new SurveyTask(topic, question.bytes()),
                                        System.nanoTime() + timeout.toNanos(),
                                        result));
        return result;
    }

    private void call(
            NodeId node, SurveyTask task, long deadlineNanos, CompletableFuture<Answer> result) {
        try {
            IExecutorService executor = hazelcast.getExecutorService(CALL_EXECUTOR);
            result.complete(await(node, submit(executor, task, node), deadlineNanos));
        } catch (RuntimeException e) {
            result.complete(new Answer.Missing(node, String.valueOf(e)));
        } finally {
            callPermits.release();
        }
    }

    private Future<byte[]> submit(IExecutorService executor, SurveyTask task, NodeId node) {
        NodeInfo info = registry.node(node);
        if (info == null || !info.isLive()) {
            return CompletableFuture.failedFuture(new IllegalStateException("not a live node"));
        }
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (member.getUuid().toString().equals(info.memberUuid())) {
                return executor.submitToMember(task, member);
            }
        }
        return CompletableFuture.failedFuture(new IllegalStateException("not in the grid"));
    }

    byte[] answer(String topic, byte[] question) {
        UnaryOperator<Payload> handler = handlers.get(topic);
        if (handler == null) {
            throw new IllegalStateException("no handler for " + topic);
        }
        return handler.apply(Payload.of(question)).bytes();
    }

    private void run(
            SurveyTask task,
            Duration timeout,
            Predicate<NodeId> whom,
            CompletableFuture<List<Answer>> result) {
        try {
            result.complete(gather(submit(task, whom), System.nanoTime() + timeout.toNanos()));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        } finally {
            permits.release();
        }
    }

    private Map<NodeId, Future<byte[]>> submit(SurveyTask task, Predicate<NodeId> whom) {
        IExecutorService executor = hazelcast.getExecutorService(EXECUTOR);
        Map<String, Member> members = new HashMap<>();
        hazelcast.getCluster().getMembers().forEach(m -> members.put(m.getUuid().toString(), m));
        Map<NodeId, Future<byte[]>> futures = new LinkedHashMap<>();
        for (NodeInfo node : registry.live()) {
            if (!whom.test(node.id())) {
                continue;
            }
            Member member = members.get(node.memberUuid());
            futures.put(
                    node.id(),
                    member == null
                            ? CompletableFuture.failedFuture(
                                    new IllegalStateException("not in the grid"))
                            : executor.submitToMember(task, member));
        }
        return futures;
    }

    private static List<Answer> gather(Map<NodeId, Future<byte[]>> futures, long deadlineNanos) {
        List<Answer> answers = new ArrayList<>();
        futures.forEach((node, future) -> answers.add(await(node, future, deadlineNanos)));
        return answers;
    }

    private static Answer await(NodeId node, Future<byte[]> future, long deadlineNanos) {
        try {
            long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
            return new Answer.Given(node, Payload.of(future.get(leftNanos, TimeUnit.NANOSECONDS)));
        } catch (TimeoutException e) {
            return new Answer.Missing(node, "no answer in time");
        } catch (ExecutionException e) {
            return new Answer.Missing(node, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Missing(node, "interrupted");
        }
    }
}
