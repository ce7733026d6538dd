package io.hawser.server.drain;

import io.hawser.grid.balance.Move;
import io.hawser.grid.failover.DrainOrder;
import io.hawser.grid.failover.DrainProgress;
import io.hawser.grid.failover.RebalanceProgress;
import io.hawser.server.order.NodeOrders;
import io.hawser.server.order.OrderOutcome;

import java.util.List;

/** What this node does when it is ordered to. Thread-safe. */
public record LocalOrders(NodeDrain drain, NodeMoves moves) implements NodeOrders {
    @Override
    public OrderOutcome drain(DrainOrder order) {
        return drain.drain(order);
    }

    @Override
    public OrderOutcome undrain() {
        return drain.undrain();
    }

    @Override
    public OrderOutcome move(List<Move> wanted, int perSecond) {
        return moves.move(wanted, perSecond);
    }

    @Override
    public DrainProgress drained() {
        return drain.progress();
    }

    @Override
    public RebalanceProgress moved() {
        return moves.progress();
    }
}
