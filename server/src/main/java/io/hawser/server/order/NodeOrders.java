package io.hawser.server.order;

import io.hawser.grid.balance.Move;
import io.hawser.grid.failover.DrainOrder;
import io.hawser.grid.failover.DrainProgress;
import io.hawser.grid.failover.RebalanceProgress;

import java.util.List;

/** What a node can be ordered to do with its clients. Thread-safe; nothing blocks. */
public interface NodeOrders {
    /** Sends all of them away and takes no others. */
    OrderOutcome drain(DrainOrder order);

    /** Takes clients again. */
    OrderOutcome undrain();

    /**
     * Tells some to reconnect elsewhere.
     *
     * @param moves at least one, all from this node
     * @param perSecond pace, above 0
     */
    OrderOutcome move(List<Move> moves, int perSecond);

    /** How far the drain is. */
    DrainProgress drained();

    /** How far the last move is. */
    RebalanceProgress moved();
}
