package io.hawser.server.order;

import io.hawser.grid.balance.Move;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.DrainOrder;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An order on its way to a node, and as JSON. Immutable.
 *
 * @param rate connections a second
 * @param moves how many connections are to go to which node
 */
record NodeOrder(Verb verb, int rate, long graceMs, boolean force, Map<String, Integer> moves) {
    /** What is to be done. */
    enum Verb {
        DRAIN,
        UNDRAIN,
        MOVE,
        /** Nothing; only the progress is asked for. */
        LOOK
    }

    static final NodeOrder UNDRAIN = new NodeOrder(Verb.UNDRAIN, 0, 0, false, Map.of());
    static final NodeOrder LOOK = new NodeOrder(Verb.LOOK, 0, 0, false, Map.of());

    static NodeOrder drain(DrainOrder order) {
        return new NodeOrder(
                Verb.DRAIN,
                order.ratePerSecond(),
                order.grace().toMillis(),
                order.force(),
                Map.of());
    }

    static NodeOrder move(List<Move> moves, int rate) {
        Map<String, Integer> counts = new TreeMap<>();
        moves.forEach(move -> counts.put(move.to().value(), move.connections()));
        return new NodeOrder(Verb.MOVE, rate, 0, false, counts);
    }

    /** Gives the order to the node that it has come to. */
    OrderOutcome give(NodeId here, NodeOrders orders) {
        return switch (verb) {
            case DRAIN -> orders.drain(new DrainOrder(rate, Duration.ofMillis(graceMs), force));
            case UNDRAIN -> orders.undrain();
            case MOVE -> orders.move(movesFrom(here), rate);
            case LOOK -> new OrderOutcome.Accepted();
        };
    }

    private List<Move> movesFrom(NodeId here) {
        return moves.entrySet().stream()
                .map(move -> new Move(here, new NodeId(move.getKey()), move.getValue()))
                .toList();
    }
}
