package io.hawser.grid.cluster;

import io.hawser.grid.presence.NodeCalls;
import io.hawser.grid.presence.PresenceException;
import io.hawser.grid.pubsub.Payload;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Carries presence's questions over the survey's calls. Thread-safe; never blocks. */
public final class PresenceCalls implements NodeCalls {
    private static final String TOPIC = "hawser.presence";

    private final Survey survey;

    public PresenceCalls(Survey survey) {
        this.survey = survey;
    }

    @Override
    public CompletionStage<Payload> ask(String node, Payload question, Duration timeout) {
        return survey.askNode(new NodeId(node), TOPIC, question, timeout)
                .thenApply(
                        answer ->
                                switch (answer) {
                                    case Answer.Given given -> given.data();
                                    case Answer.Missing missing ->
                                            throw new PresenceException(
                                                    "no answer from node "
                                                            + missing.node()
                                                            + ": "
                                                            + missing.reason());
                                });
    }

    @Override
    public void answerWith(UnaryOperator<Payload> handler) {
        survey.handle(TOPIC, handler);
    }
}
