package io.hawser.server.api;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.http.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Asks all nodes and adds up what they answer. Thread-safe; never blocks. */
final class Census {
    private static final Logger log = LoggerFactory.getLogger(Census.class);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final long FIRST_PAUSE_MS = 10;

    private final NodeSurvey survey;

    Census(NodeSurvey survey) {
        this.survey = survey;
    }

    /** What each node says about itself. */
    CompletionStage<ApiResult> nodes() {
        return survey.ask(NodeAnswers.INFO, Payload.EMPTY, TIMEOUT).thenApply(Census::nodes);
    }

    private static ApiResult nodes(List<Answer> answers) {
        var nodes = new ArrayList<ApiResult.NodeSummary>();
        List<String> missing =
                gather(answers, data -> nodes.add(Json.decode(data, ApiResult.NodeSummary.class)));
        return new ApiResult.Nodes(nodes, missing);
    }

    /** Channels with subscribers on any node. */
    CompletionStage<ApiResult> channels(String pattern) {
        return survey.ask(NodeAnswers.CHANNELS, Payload.of(pattern), TIMEOUT)
                .thenApply(Census::channels);
    }

    private static ApiResult channels(List<Answer> answers) {
        var channels = new TreeMap<String, ApiResult.ChannelView>();
        List<String> missing =
                gather(
                        answers,
                        data ->
                                Json.decodeCounts(data)
                                        .forEach(
                                                (channel, count) ->
                                                        channels.merge(
                                                                channel,
                                                                new ApiResult.ChannelView(count),
                                                                Census::sum)));
        return new ApiResult.Channels(channels, missing);
    }

    private static ApiResult.ChannelView sum(ApiResult.ChannelView a, ApiResult.ChannelView b) {
        return new ApiResult.ChannelView(a.numClients() + b.numClients());
    }

    /**
     * Who has got what was published, once all nodes with subscribers have it or the time is up.
     * Never fails: a publication is not undone because nobody counts.
     *
     * @param upTo the position of the publication in each channel
     */
    CompletionStage<Reached> reached(Map<String, StreamPosition> upTo) {
        Payload question = Payload.of(Json.encode(new Receipts.Asked(upTo)));
        long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
        return survey.ask(NodeAnswers.RECEIPTS, question, TIMEOUT)
                .thenApply(Census::reached)
                .thenCompose(first -> followed(first, question, deadlineNanos, FIRST_PAUSE_MS))
                .exceptionally(
                        failure -> {
                            log.warn("nobody says who has got a publication", failure);
                            return Reached.unknown("the nodes could not be asked");
                        });
    }

    /** Those that are behind, and only they, are asked again, after pauses that grow. */
    private CompletionStage<Reached> followed(
            Reached reached, Payload question, long deadlineNanos, long pauseMs) {
        long againNanos = System.nanoTime() + pauseMs * 1_000_000;
        Set<String> behind = reached.behind();
        if (behind.isEmpty() || againNanos >= deadlineNanos) {
            return CompletableFuture.completedFuture(reached);
        }
        Duration left = Duration.ofNanos(deadlineNanos - againNanos);
        return CompletableFuture.supplyAsync(
                        () ->
                                survey.ask(
                                        NodeAnswers.RECEIPTS,
                                        question,
                                        left,
                                        node -> behind.contains(node.value())),
                        CompletableFuture.delayedExecutor(pauseMs, TimeUnit.MILLISECONDS))
                .thenCompose(answers -> answers)
                .thenApply(answers -> reached.followedBy(reached(answers)))
                .exceptionally(
                        failure -> {
                            log.debug("nodes that are behind could not be asked", failure);
                            return reached;
                        })
                .thenCompose(now -> followed(now, question, deadlineNanos, 2 * pauseMs));
    }

    private static Reached reached(List<Answer> answers) {
        var given = new HashMap<String, Receipts>();
        var missing = new ArrayList<String>();
        for (Answer answer : answers) {
            switch (answer) {
                case Answer.Given each ->
                        given.put(each.node().value(), Json.decode(each.data(), Receipts.class));
                case Answer.Missing each -> missing.add(each.node().value());
            }
        }
        return new Reached(given, missing, null);
    }

    /** Hands over what was answered; returns the ids of the nodes that did not. */
    private static List<String> gather(List<Answer> answers, Consumer<Payload> given) {
        var missing = new ArrayList<String>();
        for (Answer answer : answers) {
            switch (answer) {
                case Answer.Given each -> given.accept(each.data());
                case Answer.Missing each -> missing.add(each.node().value());
            }
        }
        return missing;
    }
}
