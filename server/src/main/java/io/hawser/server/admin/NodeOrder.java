package io.hawser.server.admin;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.DrainOrder;
import io.hawser.grid.failover.RebalanceMove;

import java.time.Duration;

/**
 * An order on its way to a node, and as JSON. Immutable.
 *
 * @param rate connections a second
 * @param to where connections are to go
 * @param connections how many
 */
record NodeOrder(Verb verb, int rate, long graceMs, boolean force, String to, int connections) {
    /** What is to be done. */
    enum Verb {
        DRAIN,
        UNDRAIN,
        MOVE,
        /** Nothing; only the progress is asked for. */
        LOOK
    }

    static final NodeOrder UNDRAIN = new NodeOrder(Verb.UNDRAIN, 0, 0, false, "", 0);
    static final NodeOrder LOOK = new NodeOrder(Verb.LOOK, 0, 0, false, "", 0);

    static NodeOrder drain(DrainOrder order) {
        return new NodeOrder(
                Verb.DRAIN, order.ratePerSecond(), order.grace().toMillis(), order.force(), "", 0);
    }

    static NodeOrder move(RebalanceMove move, int rate) {
        return new NodeOrder(Verb.MOVE, rate, 0, false, move.to().value(), move.connections());
    }

    /** Gives the order to the node that it has come to. */
    OrderOutcome give(NodeId here, NodeOrders orders) {
        return switch (verb) {
            case DRAIN -> orders.drain(new DrainOrder(rate, Duration.ofMillis(graceMs), force));
            case UNDRAIN -> orders.undrain();
            case MOVE -> orders.move(new RebalanceMove(here, new NodeId(to), connections), rate);
            case LOOK -> new OrderOutcome.Accepted();
        };
    }
}
