package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Whom this node's balancer sent where since the nodes last told their load, and whose turn was
 * when. Remembers known nodes only. Thread-safe.
 */
final class Placements {
    private final Map<NodeId, Placed> byNode = new ConcurrentHashMap<>();
    private final AtomicLong turn = new AtomicLong();

    /** What was sent to a node since the report that is named by its time and its figures. */
    private record Placed(long reportMs, NodeLoad report, int count, long lastTurn) {
        boolean isSince(NodeInfo node) {
            return reportMs == node.lastHeartbeatMs() && report.equals(node.load());
        }
    }

    /** The node as a candidate, with its placed clients counted in. */
    Candidate candidate(NodeInfo node, double highest) {
        Placed placed = byNode.get(node.id());
        int count = placed != null && placed.isSince(node) ? placed.count : 0;
        long lastTurn = placed == null ? 0 : placed.lastTurn;
        return new Candidate(node, count, lastTurn, Score.of(node.load(), count, highest));
    }

    /** A client was sent to {@code node}, as it was known when it was chosen. */
    void placed(NodeInfo node) {
        long now = turn.incrementAndGet();
        byNode.compute(
                node.id(),
                (id, before) -> {
                    int count = before != null && before.isSince(node) ? before.count : 0;
                    return new Placed(node.lastHeartbeatMs(), node.load(), count + 1, now);
                });
    }

    /** Forgets whoever is not among {@code known}. */
    void keepOnly(Collection<NodeInfo> known) {
        if (byNode.size() > known.size()) {
            byNode.keySet().retainAll(known.stream().map(NodeInfo::id).collect(Collectors.toSet()));
        }
    }
}
