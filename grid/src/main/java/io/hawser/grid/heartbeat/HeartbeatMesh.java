package io.hawser.grid.heartbeat;

import io.hawser.grid.thread.UrgentThreads;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Sends and takes heartbeats over UDP, unicast to each node, and lets the {@link FailureDetector}
 * judge. Everything happens on one thread of high priority that waits for nothing else; the methods
 * are for any thread and do not block, but for {@link #close}.
 */
public final class HeartbeatMesh implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatMesh.class);
    private static final int MAX_ORDERS = 4_096;
    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final MeshSettings settings;
    private final MeshCounters counters = new MeshCounters();
    private final MeshSocket socket;
    private final BlockingQueue<MeshLoop.Order> orders = new ArrayBlockingQueue<>(MAX_ORDERS);
    private volatile @Nullable MeshLoop loop;
    private volatile @Nullable Thread thread;

    private HeartbeatMesh(MeshSettings settings) throws IOException {
        this.settings = settings;
        this.socket = new MeshSocket(settings.local(), counters);
    }

    /**
     * Takes the port; says and hears nothing before {@link #begin}.
     *
     * @throws IOException if the port is taken, or the address is none of this machine
     */
    public static HeartbeatMesh open(MeshSettings settings) throws IOException {
        return new HeartbeatMesh(settings);
    }

    /** The port it listens on. */
    public int port() {
        return socket.port();
    }

    /**
     * Begins to send and to judge; once.
     *
     * @param life this node's
     * @param expected the nodes that are there, and where they listen; empty if it founds the grid
     * @param votes null if there is no store; then a node that hears no majority fences itself
     */
    public void begin(
            Life life,
            Map<Life, InetSocketAddress> expected,
            MeshListener listener,
            @Nullable VoteStore votes) {
        var started =
                new MeshLoop(
                        settings,
                        socket,
                        counters,
                        orders,
                        new FailureDetector(
                                settings.times(), life, expected.keySet(), MeshLoop.nowMs()),
                        listener,
                        votes);
        expected.forEach(started::listensAt);
        Thread running = UrgentThreads.make("heartbeat", started);
        loop = started;
        thread = running;
        running.start();
    }

    /** A node is there; may be said again and again. */
    public void joined(Life life, InetSocketAddress address) {
        order(
                (detector, nowMs) -> {
                    if (detector.joined(life, nowMs)) {
                        MeshLoop running = loop;
                        if (running != null) {
                            running.listensAt(life, address);
                        }
                    }
                });
    }

    /** This node is about to say goodbye. */
    public void leave() {
        order((detector, nowMs) -> detector.leave());
    }

    /** A node said goodbye. */
    public void left(Life life) {
        order((detector, nowMs) -> detector.left(life));
    }

    /** The grid has lost the connection to a node. */
    public void connectionLost(Life life) {
        order((detector, nowMs) -> detector.connectionLost(life, nowMs));
    }

    /** This node begins a new life among these. */
    public void reborn(Life life, Map<Life, InetSocketAddress> expected) {
        order(
                (detector, nowMs) -> {
                    detector.reborn(life, expected.keySet(), nowMs);
                    MeshLoop running = loop;
                    if (running != null) {
                        expected.forEach(running::listensAt);
                    }
                });
    }

    private void order(MeshLoop.Order order) {
        if (!orders.offer(order)) {
            // Whatever it was comes again: the registry says what it knows each second.
            log.warn("the heartbeat thread is {} orders behind", MAX_ORDERS);
        }
        socket.wake();
    }

    /** Whether this node serves and a majority hears it: who acts for all must ask. */
    public boolean mayAct() {
        MeshLoop running = loop;
        return running != null && running.mayAct();
    }

    /** True if this life is over and nobody is left to take this node in: see the detector. */
    public boolean mayFound() {
        MeshLoop running = loop;
        return running != null && running.mayFound();
    }

    /** Why this node must not serve, null if it may. */
    public @Nullable FenceReason fence() {
        MeshLoop running = loop;
        return running == null ? null : running.fence();
    }

    /** What was sent, heard and refused. */
    public MeshCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        MeshLoop running = loop;
        Thread ending = thread;
        if (running != null && ending != null) {
            running.stop();
            socket.wake();
            try {
                ending.join(CLOSE_TIMEOUT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            socket.close();
        } catch (IOException e) {
            log.info("the heartbeat socket did not close", e);
        }
    }
}
