package io.hawser.server.order;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.http.Json;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Carries orders to the node that they are for, over the grid. Thread-safe; never blocks. */
public final class NodeCourier {
    private static final String TOPIC = "hawser.order";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Call call;

    /** Asks one node; {@code io.hawser.grid.cluster.Survey#askNode} is one. */
    @FunctionalInterface
    public interface Call {
        /** The answer, at the latest a moment after the timeout. */
        CompletionStage<Answer> ask(NodeId node, String topic, Payload question, Duration timeout);
    }

    public NodeCourier(Call call) {
        this.call = call;
    }

    /**
     * From now on this node takes orders.
     *
     * @param survey takes a handler for a topic, as {@code io.hawser.grid.cluster.Survey#handle}
     *     does
     */
    public void answerWith(
            NodeId node, NodeOrders orders, BiConsumer<String, UnaryOperator<Payload>> survey) {
        survey.accept(
                TOPIC,
                question -> {
                    NodeOrder order = Json.decode(question, NodeOrder.class);
                    OrderOutcome outcome = order.give(node, orders);
                    return Payload.of(Json.encode(OrderAnswer.of(node.value(), outcome, orders)));
                });
    }

    /** The node's answer, or {@link Answer.Missing}. */
    CompletionStage<Answer> send(NodeId node, NodeOrder order) {
        return call.ask(node, TOPIC, Payload.of(Json.encode(order)), TIMEOUT);
    }
}
