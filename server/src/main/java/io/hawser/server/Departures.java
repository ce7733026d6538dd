package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.failover.DrainOrder;
import io.hawser.grid.time.SteadyClock;
import io.hawser.server.affinity.SessionAffinity;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.drain.AgentAnswer;
import io.hawser.server.drain.AgentPort;
import io.hawser.server.drain.LocalOrders;
import io.hawser.server.drain.NodeDrain;
import io.hawser.server.drain.NodeMoves;
import io.hawser.server.endpoint.FanOut;
import io.hawser.server.health.Health;
import io.hawser.server.order.NodeOrders;
import io.hawser.server.session.SessionListener;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.IntSupplier;

/** All by which clients leave this node: drains, moves, the agent port, the stop. Thread-safe. */
final class Departures {
    /** HAProxy asks several times in it. Without an agent port nobody learns of a drain ahead. */
    private static final Duration AGENT_LEAD = Duration.ofMillis(500);

    private final HawserConfig config;
    private final Health health;
    private final FanOut fanOut;
    private final NodeDrain drain;
    private final NodeMoves moves;

    /**
     * @param listener hears of sessions too
     * @param affinity is told where those who move are to go
     */
    Departures(
            HawserConfig config,
            Grid grid,
            Health health,
            FanOut fanOut,
            SessionListener listener,
            SessionAffinity affinity) {
        this.config = config;
        this.health = health;
        this.fanOut = fanOut;
        var clients = new NodeClients(fanOut);
        this.moves =
                new NodeMoves(
                        health,
                        clients,
                        listener,
                        (session, move) -> affinity.movedTo(session, move.to()),
                        new SteadyClock(InstantSource.system(), System::nanoTime));
        this.drain =
                new NodeDrain(
                        grid.nodes().localId(),
                        health,
                        clients,
                        grid.nodes()::nodes,
                        grid.nodes()::become,
                        config.agent().enabled() ? AGENT_LEAD : Duration.ZERO,
                        grid.events()::emit);
    }

    /** Has to hear of all sessions: it counts those who come back. */
    SessionListener listener() {
        return moves;
    }

    /** What the node can be ordered to do. */
    NodeOrders orders() {
        return new LocalOrders(drain, moves);
    }

    /**
     * Opens the agent port, if there is to be one.
     *
     * @param score percent of its weight that the node wants while it serves; must not block
     * @return closes it
     * @throws StartException if it cannot be bound
     */
    AutoCloseable openAgent(IntSupplier score) throws StartException {
        if (!config.agent().enabled()) {
            return () -> {};
        }
        String named = config.agent().host();
        String host = named.isEmpty() ? config.node().host() : named;
        int port = config.agent().port();
        try {
            return AgentPort.open(
                    host,
                    port,
                    new AgentAnswer(health, score, fanOut::isStuck, fanOut::connections));
        } catch (IOException e) {
            throw new StartException(
                    "cannot listen on %s:%d (%s): stop what listens there, or set agent.port or agent.host"
                            .formatted(host, port, e.getMessage()),
                    e);
        }
    }

    /** The node stops: returns when everybody has been told and has had time to go. */
    void sendClientsAway() {
        drain.shutDown(new DrainOrder(config.drain().rate(), config.drain().grace(), true));
    }
}
