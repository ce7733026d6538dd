package io.hawser.grid.presence;

import io.hawser.grid.pubsub.Payload;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** How presence asks another node. Implementations are thread-safe; nothing blocks. */
public interface NodeCalls {
    /**
     * Asks one node.
     *
     * @return its answer, or exceptional at the latest a moment after the timeout
     */
    CompletionStage<Payload> ask(String node, Payload question, Duration timeout);

    /**
     * Answers what other nodes ask.
     *
     * @param handler must not block; an exception of it makes the asker's stage exceptional
     */
    void answerWith(UnaryOperator<Payload> handler);
}
