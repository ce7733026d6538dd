package io.hawser.grid.affinity;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.NodeInfo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A node as a process of its own, for tests that kill it: id, Redis URI, clients to take in as soon
 * as a number of nodes is there, and that number. The oldest node that is left moves the clients of
 * a node that is lost, and says so with the time of day.
 */
final class AffinityNodeMain {
    private static final long POLL_NANOS = 5_000_000;

    /** Hazelcast takes five seconds to say that it cannot. */
    private static final int ATTEMPTS = 12;

    private AffinityNodeMain() {}

    public static void main(String[] args) throws InterruptedException {
        AffinityNode node = AffinityNode.start(args[0], args[1], AffinityOptions.DEFAULT);
        node.nodes()
                .listen(
                        event -> {
                            if (event instanceof ClusterEvent.NodeLost lost) {
                                Thread.startVirtualThread(() -> lost(node, lost.node()));
                            }
                        });
        System.out.println("READY " + node.nodes().localIncarnation());
        int clients = Integer.parseInt(args[2]);
        while (node.live().size() < Integer.parseInt(args[3])) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        long startNanos = System.nanoTime();
        for (int i = 0; i < clients; i++) {
            node.connect(ClientTraits.ofUser(args[0] + "-user-" + i));
        }
        while (node.affinity().counts().waiting() > 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        System.out.println("TAKEN " + clients + " in ms " + took.toMillis());
        Thread.currentThread().join();
    }

    private static void lost(AffinityNode node, NodeInfo lost) {
        if (!node.nodes().isCoordinator()) {
            return;
        }
        List<Target> targets =
                node.nodes().live().stream().map(each -> Target.of(each, 100)).toList();
        Reassignment done = reassign(node, lost, targets);
        System.out.println(
                "MOVED "
                        + done.moved()
                        + " in ms "
                        + done.took().toMillis()
                        + " at "
                        + System.currentTimeMillis());
    }

    /** As the failover does: again if the grid has no answer in time, for the rest. */
    private static Reassignment reassign(AffinityNode node, NodeInfo lost, List<Target> targets) {
        for (int attempt = 1; ; attempt++) {
            try {
                return node.affinity().reassign(lost.id(), lost.incarnation(), targets);
            } catch (AffinityException e) {
                System.out.println("AGAIN " + e.getMessage());
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
