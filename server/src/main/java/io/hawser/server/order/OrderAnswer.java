package io.hawser.server.order;

import io.hawser.grid.failover.DrainProgress;
import io.hawser.grid.failover.RebalanceProgress;
import io.hawser.server.http.Json;

/**
 * A node's answer to an order, between nodes and as JSON for people. Immutable.
 *
 * @param refused why the node does not do it; empty if it does
 */
record OrderAnswer(String node, String refused, DrainView drain, RebalanceProgress rebalance) {

    /**
     * A drain as the admin API shows it.
     *
     * @param state none, draining, drained or stopping
     * @param perSecond the pace, which may be above the one that was asked for
     */
    record DrainView(
            String state, int total, int told, int connections, double perSecond, long elapsedMs) {
        static DrainView of(DrainProgress progress) {
            return new DrainView(
                    Json.lowerCase(progress.state()),
                    progress.total(),
                    progress.told(),
                    progress.connections(),
                    Math.round(progress.perSecond() * 10) / 10.0,
                    progress.elapsedMs());
        }
    }

    static OrderAnswer of(String node, OrderOutcome outcome, NodeOrders orders) {
        String refused =
                switch (outcome) {
                    case OrderOutcome.Accepted _ -> "";
                    case OrderOutcome.Refused refusal -> refusal.why();
                };
        return new OrderAnswer(node, refused, DrainView.of(orders.drained()), orders.moved());
    }
}
