package io.hawser.server.drain;

import io.hawser.grid.balance.Move;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.DrainSchedule;
import io.hawser.grid.failover.RebalanceProgress;
import io.hawser.grid.failover.RebalanceReturns;
import io.hawser.server.health.Health;
import io.hawser.server.order.OrderOutcome;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.SessionListener;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * Moves some of this node's connections to another: exactly so many are told to reconnect, at a
 * pace. Where they go is for the load balancer and the affinity to say; who comes back stays, and
 * is counted. Thread-safe; never blocks its caller.
 */
public final class NodeMoves implements SessionListener {
    private static final Logger log = LoggerFactory.getLogger(NodeMoves.class);

    private final Health health;
    private final Clients clients;
    private final SessionListener next;
    private final BiConsumer<ClientSession, Move> onMoved;
    private final InstantSource clock;
    private final RebalanceReturns returns = new RebalanceReturns();
    private @Nullable Farewell farewell;
    private int wanted;

    /**
     * @param next hears of sessions too
     * @param onMoved told of each session that was told to go, on its I/O thread; must not block
     * @param clock one that nobody sets: who comes back is awaited for a while
     */
    public NodeMoves(
            Health health,
            Clients clients,
            SessionListener next,
            BiConsumer<ClientSession, Move> onMoved,
            InstantSource clock) {
        this.health = health;
        this.clients = clients;
        this.next = next;
        this.onMoved = onMoved;
        this.clock = clock;
    }

    /**
     * Begins to move.
     *
     * @param moves at least one, all from this node
     * @param perSecond pace, above 0
     */
    public synchronized OrderOutcome move(List<Move> moves, int perSecond) {
        NodeId from = moves.getFirst().from();
        if (!health.takesClients()) {
            return new OrderOutcome.Refused("node " + from + " does not serve now");
        }
        if (farewell != null && !farewell.isOver()) {
            return new OrderOutcome.Refused("node " + from + " is moving connections already");
        }
        returns.clear();
        wanted = moves.stream().mapToInt(Move::connections).sum();
        var turns = new Turns(moves);
        var begun =
                new Farewell(
                        clients,
                        new DrainSchedule(wanted, 0, perSecond),
                        wanted,
                        told -> told(told, turns.next()));
        farewell = begun;
        Thread.ofVirtual().name("rebalance").start(() -> finish(begun, moves));
        return new OrderOutcome.Accepted();
    }

    /** Whose turn it is: as many times each as it has connections to move. Thread-safe. */
    private static final class Turns {
        private final List<Move> moves;
        private final AtomicInteger given = new AtomicInteger();

        Turns(List<Move> moves) {
            this.moves = moves;
        }

        Move next() {
            int left = given.getAndIncrement();
            for (Move move : moves) {
                if (left < move.connections()) {
                    return move;
                }
                left -= move.connections();
            }
            throw new IllegalStateException("more were told than are to move");
        }
    }

    private void told(ClientSession session, Move move) {
        returns.left(session.user(), session.connection().address(), clock.millis());
        onMoved.accept(session, move);
    }

    private static void finish(Farewell running, List<Move> moves) {
        running.run();
        log.atInfo()
                .addKeyValue("moves", moves.toString())
                .addKeyValue("moved", running.told())
                .log("rebalance.told");
    }

    /** How far the last move is. */
    public synchronized RebalanceProgress progress() {
        Farewell last = farewell;
        return last == null
                ? RebalanceProgress.NONE
                : new RebalanceProgress(!last.isOver(), wanted, last.told(), returns.returned());
    }

    @Override
    public void opened(ClientSession session, long atMs) {
        returns.came(session.user(), session.connection().address(), clock.millis());
        next.opened(session, atMs);
    }

    @Override
    public void closed(ClientSession session, Disconnect reason, long atMs) {
        next.closed(session, reason, atMs);
    }
}
