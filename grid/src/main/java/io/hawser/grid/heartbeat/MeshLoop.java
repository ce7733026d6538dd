package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What the mesh's thread does: takes what comes, ticks the detector, sends. For that thread. */
final class MeshLoop implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(MeshLoop.class);

    /** Ticks in an interval. */
    private static final int TICKS = 8;

    /** After so many the time is looked at again. */
    private static final int MAX_DATAGRAMS_A_TURN = 1_000;

    /** A stranger's datagrams are worth a line a minute. */
    private static final long STRANGER_LINE_MS = 60_000;

    private final DetectorSettings times;
    private final MeshSocket socket;
    private final MeshCounters counters;
    private final BlockingQueue<Order> orders;
    private final FailureDetector detector;
    private final MeshListener listener;
    private final HeartbeatCodec codec;
    private final StoreTalk store;
    private long turnMs;
    private long beatMs;
    private long strangerLineMs;
    private volatile boolean stopped;
    private volatile boolean mayAct;
    private volatile boolean mayFound;
    private volatile @Nullable FenceReason fence;

    /** Something that happened elsewhere. */
    interface Order {
        void carryOut(FailureDetector detector, long nowMs);
    }

    MeshLoop(
            MeshSettings settings,
            MeshSocket socket,
            MeshCounters counters,
            BlockingQueue<Order> orders,
            FailureDetector detector,
            MeshListener listener,
            @Nullable VoteStore votes) {
        this.times = settings.times();
        this.socket = socket;
        this.counters = counters;
        this.orders = orders;
        this.detector = detector;
        this.listener = listener;
        this.codec = settings.key().codec();
        this.store = new StoreTalk(votes, orders::offer);
        this.turnMs = nowMs();
        this.beatMs = turnMs;
        this.strangerLineMs = turnMs - STRANGER_LINE_MS;
    }

    /** Milliseconds of a clock that nobody sets. */
    static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    void listensAt(Life life, InetSocketAddress address) {
        socket.listensAt(life.node(), address);
    }

    void stop() {
        stopped = true;
    }

    boolean mayAct() {
        return mayAct;
    }

    boolean mayFound() {
        return mayFound;
    }

    @Nullable FenceReason fence() {
        return fence;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                socket.await(times.intervalMs() / TICKS);
                turn();
            } catch (ClosedSelectorException e) {
                log.debug("the mesh is closed", e);
                return;
            } catch (IOException | RuntimeException e) {
                // Whatever it is, without this thread the node counts as dead.
                log.error("a turn of the heartbeat thread failed", e);
            }
        }
        if (detector.isLeaving()) {
            // Whose port closes without a word looks as if it had crashed.
            sendAll(detector.goodbye(listener.rider(), nowMs()));
        }
    }

    private void turn() throws IOException {
        long nowMs = nowMs();
        long stillMs = nowMs - turnMs;
        if (stillMs > times.pauseMs()) {
            log.atWarn().addKeyValue("ms", stillMs).log("node.stood_still");
            dropStale();
        }
        turnMs = nowMs;
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            order.carryOut(detector, nowMs);
        }
        receive(nowMs);
        socket.closedPorts(node -> portClosed(node, nowMs));
        List<Verdict> verdicts = detector.tick(nowMs);
        mayAct = detector.mayAct();
        mayFound = detector.mayFound(nowMs);
        fence = detector.fence();
        boolean urgent = false;
        for (Verdict verdict : verdicts) {
            urgent |= verdict instanceof Verdict.Suspected;
            carryOut(verdict, nowMs);
        }
        beat(urgent, nowMs);
    }

    /** This process stood still: what has piled up meanwhile says nothing about now. */
    private void dropStale() throws IOException {
        ByteBuffer datagram = socket.receive();
        while (datagram != null) {
            datagram = socket.receive();
        }
    }

    private void portClosed(String node, long nowMs) {
        for (Life life : detector.expected()) {
            if (life.node().equals(node)) {
                detector.portClosed(life, nowMs);
            }
        }
    }

    private void receive(long nowMs) throws IOException {
        for (int i = 0; i < MAX_DATAGRAMS_A_TURN; i++) {
            ByteBuffer datagram = socket.receive();
            if (datagram == null) {
                return;
            }
            take(datagram, nowMs);
        }
    }

    private void take(ByteBuffer datagram, long nowMs) {
        try {
            Heartbeat heartbeat = codec.decode(datagram);
            if (!detector.heard(heartbeat, nowMs)) {
                counters.stale.increment();
                return;
            }
            counters.heard.increment();
            listener.rode(heartbeat.sender(), heartbeat.rider());
            if (heartbeat.probe()) {
                sendTo(heartbeat.sender(), false, nowMs);
            }
        } catch (BadHeartbeatException e) {
            counters.refused.increment();
            if (nowMs - strangerLineMs >= STRANGER_LINE_MS) {
                strangerLineMs = nowMs;
                log.warn(
                        "datagrams that are no heartbeats of this cluster arrive at the heartbeat"
                                + " port, now from {}: {}. If a node is there, it has another"
                                + " grid.secret; {} were refused so far",
                        socket.from(),
                        e.getMessage(),
                        counters.refused.sum());
            }
        }
    }

    private void carryOut(Verdict verdict, long nowMs) {
        switch (verdict) {
            case Verdict.Probe probe -> sendTo(probe.node(), true, nowMs);
            case Verdict.Claim claim -> store.claim(claim, detector.self(), nowMs);
            case Verdict.Suspected _,
                    Verdict.Cleared _,
                    Verdict.Evicted _,
                    Verdict.Departed _,
                    Verdict.Fenced _,
                    Verdict.Unfenced _,
                    Verdict.NoQuorum _ ->
                    listener.found(verdict);
        }
    }

    /** A new suspicion is told at once: the others may be waiting for this vote. */
    private void beat(boolean urgent, long nowMs) {
        boolean due = nowMs >= beatMs;
        if (due || urgent) {
            sendAll(detector.heartbeat(false, listener.rider(), nowMs));
        }
        if (due) {
            socket.retain(detector.expected().stream().map(Life::node).collect(Collectors.toSet()));
            beatMs = Math.max(beatMs + times.intervalMs(), nowMs);
            store.exchange(detector.view(), nowMs);
        }
    }

    private void sendAll(Heartbeat heartbeat) {
        byte[] datagram = codec.encode(heartbeat);
        for (Life life : detector.expected()) {
            send(datagram, life);
        }
    }

    private void sendTo(Life life, boolean probe, long nowMs) {
        send(codec.encode(detector.heartbeat(probe, listener.rider(), nowMs)), life);
    }

    private void send(byte[] datagram, Life life) {
        if (!life.equals(detector.self())) {
            socket.send(datagram, life.node());
        }
    }
}
