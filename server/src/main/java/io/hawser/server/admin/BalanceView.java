package io.hawser.server.admin;

import io.hawser.grid.balance.Algorithm;
import io.hawser.grid.balance.Imbalance;
import io.hawser.server.http.Json;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Supplier;

/**
 * How clients are given out and how evenly the nodes are loaded, as the admin API shows it.
 * Immutable.
 *
 * @param variation coefficient of variation of the nodes' connections per share; 0 is even
 * @param ratio connections per share of the worst loaded node over those of the best one; left out
 *     if that one has none
 * @param imbalancedForMs for how long it has been beyond the limits; 0 if it is not
 * @param rebalance what should be moved; empty if nothing
 */
public record BalanceView(
        String algorithm,
        double variation,
        @Nullable Double ratio,
        long imbalancedForMs,
        List<MoveView> rebalance) {

    /** Where the view's figures come from; thread-safe. */
    public record Source(Algorithm algorithm, Supplier<Imbalance> imbalance) {}

    /** So many connections from one node to another. */
    public record MoveView(String from, String to, int connections) {}

    static BalanceView of(Source source) {
        Imbalance imbalance = source.imbalance().get();
        return new BalanceView(
                Json.lowerCase(source.algorithm()),
                NodeView.rounded(imbalance.variation()),
                Double.isFinite(imbalance.ratio()) ? NodeView.rounded(imbalance.ratio()) : null,
                imbalance.forMs(),
                imbalance.rebalance().moves().stream()
                        .map(
                                move ->
                                        new MoveView(
                                                move.from().value(),
                                                move.to().value(),
                                                move.connections()))
                        .toList());
    }
}
