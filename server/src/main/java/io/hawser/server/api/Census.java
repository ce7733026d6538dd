package io.hawser.server.api;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.http.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Asks all nodes and adds up what they answer. Thread-safe; never blocks. */
final class Census {
    private static final Logger log = LoggerFactory.getLogger(Census.class);
    private static final Duration TIMEOUT = Duration.ofMillis(500);

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
     * Who hears the channels now. Never fails: a publication is not undone because nobody counts.
     */
    CompletionStage<Reached> reached(Set<String> channels) {
        return survey.ask(NodeAnswers.SUBSCRIBERS, Payload.of(Json.encode(channels)), TIMEOUT)
                .thenApply(Census::reached)
                .exceptionally(
                        failure -> {
                            log.warn("nobody says who hears a channel", failure);
                            return Reached.unknown("the nodes could not be asked");
                        });
    }

    private static Reached reached(List<Answer> answers) {
        var counts = new ArrayList<Map<String, Integer>>();
        List<String> missing = gather(answers, data -> counts.add(Json.decodeCounts(data)));
        return new Reached(counts, missing, null);
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
