package io.hawser.grid.presence;

import io.hawser.grid.presence.MemberPage.OfNode;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Answers questions about channels: counts from the grid's shares, members from the nodes that have
 * some, which are asked at the same time. This node's own come from memory. Thread-safe; the work
 * is done on virtual threads.
 */
final class PresenceReader {
    private static final Logger log = LoggerFactory.getLogger(PresenceReader.class);

    /** Of a question as a whole. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** Questions under way at most: with a hung member each may wait for seconds. */
    private static final int MAX_QUESTIONS = 512;

    /** Members that one node tells in one answer. */
    private static final int CHUNK = 1_000;

    private final LocalMembers local;
    private final ShareMap shares;
    private final LiveNodes nodes;
    private final NodeCalls calls;
    private final Semaphore permits = new Semaphore(MAX_QUESTIONS);
    private final LongAdder unanswered = new LongAdder();

    PresenceReader(LocalMembers local, ShareMap shares, LiveNodes nodes, NodeCalls calls) {
        this.local = local;
        this.shares = shares;
        this.nodes = nodes;
        this.calls = calls;
    }

    /** Answers other nodes from now on. */
    void start() {
        calls.answerWith(this::answer);
    }

    /** Questions to other nodes that had no answer. */
    long unanswered() {
        return unanswered.sum();
    }

    /** How many are in the channel. */
    CompletionStage<PresenceStats> stats(String channel) {
        return ask(() -> stats(channel, elsewhere(channel)));
    }

    /** Who is in the channel, if they are no more than {@code most}. */
    CompletionStage<MemberList> members(String channel, int most) {
        return ask(() -> collect(channel, most));
    }

    /** Who is in the channel behind {@code after}, in the order of client ids. */
    CompletionStage<MemberPage> page(String channel, String after, int limit) {
        return ask(() -> readPage(new MemberQuestion(channel, after, limit)));
    }

    private <T> CompletionStage<T> ask(Callable<T> question) {
        if (!permits.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new PresenceException("too many presence questions under way"));
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().name("presence-read").start(() -> answer(question, result));
        return result.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> void answer(Callable<T> question, CompletableFuture<T> result) {
        try {
            result.complete(question.call());
        } catch (PresenceException e) {
            result.completeExceptionally(e);
        } catch (Exception e) {
            result.completeExceptionally(
                    new PresenceException("the grid does not say who is in the channel", e));
        } finally {
            permits.release();
        }
    }

    /** What the other live nodes have of the channel. */
    private Map<NodeLife, Share> elsewhere(String channel) {
        String own = nodes.localNode();
        List<NodeLife> others =
                nodes.lives().stream().filter(life -> !life.node().equals(own)).toList();
        return others.isEmpty() ? Map.of() : shares.of(channel, others);
    }

    private PresenceStats stats(String channel, Map<NodeLife, Share> elsewhere) {
        List<Share> all = new ArrayList<>(elsewhere.values());
        ChannelMembers here = local.of(channel);
        if (here != null) {
            all.add(here.recentShare());
        }
        return Share.stats(all);
    }

    private MemberList collect(String channel, int most) {
        Map<NodeLife, Share> elsewhere = elsewhere(channel);
        ChannelMembers here = local.of(channel);
        long count = here == null ? 0 : here.listed();
        for (Share share : elsewhere.values()) {
            count += share.clients();
        }
        if (count > most) {
            return new MemberList.TooMany((int) Math.min(Integer.MAX_VALUE, count));
        }
        Map<NodeLife, CompletionStage<List<ClientInfo>>> asked = new LinkedHashMap<>();
        elsewhere.forEach(
                (life, share) -> {
                    if (share.clients() > 0) {
                        asked.put(life, all(life.node(), channel, "", most));
                    }
                });
        Map<String, ClientInfo> members = new HashMap<>();
        asked.forEach(
                (life, answer) ->
                        whole(life, answer).forEach(info -> members.put(info.client(), info)));
        if (here != null) {
            here.listedAfter("").forEach(info -> members.put(info.client(), info));
        }
        // Some may have come since they were counted.
        return members.size() > most
                ? new MemberList.TooMany(members.size())
                : new MemberList.Complete(members);
    }

    /** All that a node has, but not many more than {@code most}. */
    private CompletionStage<List<ClientInfo>> all(
            String node, String channel, String after, int most) {
        return ask(node, new MemberQuestion(channel, after, CHUNK))
                .thenCompose(
                        part -> {
                            int left = most - part.members().size();
                            if (!part.more() || left < 0) {
                                return CompletableFuture.completedFuture(part.members());
                            }
                            String last = part.members().getLast().client();
                            return all(node, channel, last, left)
                                    .thenApply(rest -> joined(part.members(), rest));
                        });
    }

    private static List<ClientInfo> joined(List<ClientInfo> first, List<ClientInfo> rest) {
        List<ClientInfo> all = new ArrayList<>(first);
        all.addAll(rest);
        return all;
    }

    /** A node that has gone meanwhile has nobody; of another one the answer is wanted. */
    private List<ClientInfo> whole(NodeLife life, CompletionStage<List<ClientInfo>> answer) {
        try {
            return GridWait.await(answer, TIMEOUT.toMillis());
        } catch (PresenceException e) {
            if (!nodes.isLive(life.node(), life.incarnation())) {
                return List.of();
            }
            unanswered.increment();
            throw new PresenceException(
                    "node " + life.node() + " does not say who is in the channel", e);
        }
    }

    private MemberPage readPage(MemberQuestion question) {
        long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos() * 7 / 10;
        Map<NodeLife, Share> elsewhere = elsewhere(question.channel());
        Map<NodeLife, CompletionStage<OfNode>> asked = new LinkedHashMap<>();
        elsewhere.forEach(
                (life, share) -> {
                    if (share.clients() > 0) {
                        asked.put(life, ask(life.node(), question));
                    }
                });
        List<OfNode> parts = new ArrayList<>();
        ChannelMembers here = local.of(question.channel());
        if (here != null) {
            Payload own = question.answer(here.listedAfter(question.after()));
            parts.add(MemberQuestion.decodeAnswer(nodes.localNode(), own));
        }
        List<String> missing = new ArrayList<>();
        asked.forEach(
                (life, answer) -> {
                    try {
                        parts.add(GridWait.await(answer, leftMs(deadlineNanos)));
                    } catch (PresenceException e) {
                        log.debug("node {} does not tell its members", life.node(), e);
                        if (nodes.isLive(life.node(), life.incarnation())) {
                            unanswered.increment();
                            missing.add(life.node());
                        }
                    }
                });
        PresenceStats stats = stats(question.channel(), elsewhere);
        return MemberPage.of(parts, question.limit(), stats, missing);
    }

    private static long leftMs(long deadlineNanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
    }

    private CompletionStage<OfNode> ask(String node, MemberQuestion question) {
        return calls.ask(node, question.encode(), TIMEOUT)
                .thenApply(answer -> MemberQuestion.decodeAnswer(node, answer));
    }

    /** What another node asks. */
    private Payload answer(Payload asked) {
        MemberQuestion question = MemberQuestion.decode(asked);
        ChannelMembers here = local.of(question.channel());
        return question.answer(here == null ? List.of() : here.listedAfter(question.after()));
    }
}
