package io.hawser.server;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.ClusterListener;
import io.hawser.grid.heartbeat.FenceReason;
import io.hawser.server.health.Health;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Sessions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What a node does that must not serve: it says so to load balancers, takes nobody new, and, once
 * it is clear that the others go on without it, sends its clients to them (3011). Thread-safe.
 */
final class Fence implements ClusterListener {
    /** Told at once, then a pause: closing is work for the I/O threads. */
    private static final int GROUP = 500;

    private static final long PAUSE_NANOS = 10_000_000;

    private final Sessions sessions;
    private final Health health;

    Fence(Sessions sessions, Health health) {
        this.sessions = sessions;
        this.health = health;
    }

    @Override
    public void on(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.Fenced fenced -> fenced(fenced.reason());
            case ClusterEvent.Unfenced _ -> health.unfence();
            case ClusterEvent.NodeJoined _,
                    ClusterEvent.NodeChanged _,
                    ClusterEvent.NodeLeft _,
                    ClusterEvent.NodeLost _,
                    ClusterEvent.NoQuorum _,
                    ClusterEvent.Merged _ -> {
                // others' affairs
            }
        }
    }

    private void fenced(FenceReason reason) {
        if (reason.isFinal()) {
            health.fence();
            Thread.ofVirtual().name("fence").start(this::sendAway);
        } else {
            health.pause();
        }
    }

    private void sendAway() {
        List<ClientSession> all = new ArrayList<>(sessions.count());
        sessions.forEach(all::add);
        for (int i = 0; i < all.size(); i++) {
            ClientSession session = all.get(i);
            session.connection().execute(() -> session.disconnect(Disconnect.FORCE_RECONNECT));
            if (i % GROUP == GROUP - 1) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
