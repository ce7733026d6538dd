package io.hawser.server.api;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.pubsub.Payload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Asks all nodes; {@code io.hawser.grid.cluster.Survey#ask} is one. Thread-safe; never blocks. */
@FunctionalInterface
public interface NodeSurvey {
    /** One answer a live node, this one included, at the latest a moment after the timeout. */
    CompletionStage<List<Answer>> ask(String topic, Payload question, Duration timeout);
}
