package io.hawser.server;

import io.hawser.grid.balance.Algorithm;
import io.hawser.grid.balance.Imbalance;
import io.hawser.grid.balance.ImbalanceDetector;
import io.hawser.grid.balance.ImbalanceWatch;
import io.hawser.grid.balance.LoadBalancer;
import io.hawser.grid.balance.Move;
import io.hawser.grid.balance.Rebalance;
import io.hawser.grid.balance.Score;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.Registry;
import io.hawser.grid.event.Happening;
import io.hawser.server.admin.BalanceView;
import io.hawser.server.config.BalanceConfig;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** This node's balancer, and its eye on how evenly the nodes are loaded. Thread-safe. */
final class Balance implements AutoCloseable {
    private static final double PERCENT = 100;

    /** Fewer are not worth a reconnect: chance alone makes such differences. */
    private static final int MIN_CONNECTIONS = 10;

    private final LoadBalancer balancer;
    private final ImbalanceWatch watch;

    private final Registry nodes;

    private Balance(LoadBalancer balancer, ImbalanceWatch watch, Registry nodes) {
        this.nodes = nodes;
        this.balancer = balancer;
        this.watch = watch;
    }

    /**
     * @param events hears when the nodes are unevenly loaded for long, and when no more
     */
    static Balance start(BalanceConfig config, Registry nodes, Consumer<Happening> events) {
        Algorithm algorithm = config.algorithm();
        var limits =
                new Imbalance.Limits(
                        config.imbalanceVariation() / PERCENT,
                        config.imbalanceRatio() / PERCENT,
                        config.imbalanceAfter().toMillis(),
                        MIN_CONNECTIONS);
        var watch =
                new ImbalanceWatch(
                        new ImbalanceDetector(algorithm, limits),
                        nodes::nodes,
                        nodes::isCoordinator,
                        imbalance -> events.accept(alert(imbalance)));
        watch.start();
        return new Balance(new LoadBalancer(algorithm, nodes::nodes), watch, nodes);
    }

    private static Happening alert(Imbalance imbalance) {
        List<Move> moves = imbalance.rebalance().moves();
        return new Happening.Alert(
                "imbalance",
                !moves.isEmpty(),
                moves.isEmpty()
                        ? "the nodes carry their shares again"
                        : "the nodes are unevenly loaded; recommended moves: " + moves);
    }

    LoadBalancer balancer() {
        return balancer;
    }

    /** Percent of its weight that a node with this load wants from load balancers. */
    IntSupplier score(Supplier<NodeLoad> load) {
        return () ->
                (int)
                        Math.round(
                                PERCENT
                                        * Score.of(load.get(), 0, Score.highest(nodes.nodes()))
                                                .value());
    }

    /** What would level the nodes now. */
    List<Move> recommended() {
        return Rebalance.of(nodes.nodes(), balancer.algorithm()).moves();
    }

    BalanceView.Source view() {
        return new BalanceView.Source(balancer.algorithm(), watch::last);
    }

    @Override
    public void close() {
        watch.close();
    }
}
