package io.hawser.server.api;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.pubsub.Payload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Asks nodes; {@code io.hawser.grid.cluster.Survey#ask} is one. Thread-safe; never blocks. */
@FunctionalInterface
public interface NodeSurvey {
    /**
     * Asks some nodes.
     *
     * @param whom which of the live nodes, this one included
     * @return one answer of each, at the latest a moment after the timeout
     */
    CompletionStage<List<Answer>> ask(
            String topic, Payload question, Duration timeout, Predicate<NodeId> whom);

    /** Asks all live nodes. */
    default CompletionStage<List<Answer>> ask(String topic, Payload question, Duration timeout) {
        return ask(topic, question, timeout, node -> true);
    }
}
