package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The lost nodes whose clients nobody has taken over yet, as one node knows them. Every node keeps
 * them, so that whoever is the coordinator in the end takes them over, also if the coordinator was
 * lost with them. Pure: times come from the caller's clock. Not thread-safe.
 */
final class FailoverQueue {
    /** After this a takeover that nobody has heard of is given up: its entries count as none. */
    static final long KEPT_MS = 60_000;

    static final int MAX_PENDING = 1_000;

    private final Map<Key, Pending> pending = new LinkedHashMap<>();

    /** The last life of a node that was taken over: the news of that may come before the loss. */
    private final Map<NodeId, Long> done = new LinkedHashMap<>();

    private final NodeId local;

    /**
     * @param local this node, which finds its own loss in the registry when it has come back: that
     *     was taken over by those who were there, and told before it could hear it
     */
    FailoverQueue(NodeId local) {
        this.local = local;
    }

    private record Key(NodeId node, long incarnation) {}

    /**
     * A node that was lost.
     *
     * @param node as it was last known
     * @param lostMs when
     * @param dueMs when its clients are to be taken over
     */
    record Pending(NodeInfo node, long lostMs, long dueMs) {
        private Key key() {
            return new Key(node.id(), node.incarnation());
        }
    }

    /**
     * A node was lost; beyond the limit the oldest is forgotten. Does nothing if that life is
     * {@link #done} already, or one of this node's own.
     */
    void lost(NodeInfo node, long nowMs, long delayMs) {
        if (node.id().equals(local)
                || done.getOrDefault(node.id(), Long.MIN_VALUE) >= node.incarnation()) {
            return;
        }
        var each = new Pending(node, nowMs, nowMs + delayMs);
        pending.putIfAbsent(each.key(), each);
        if (pending.size() > MAX_PENDING) {
            pending.remove(pending.keySet().iterator().next());
        }
    }

    /** The clients of this life of a node, and of earlier ones, have been taken over. */
    void done(NodeId node, long incarnation) {
        pending.keySet()
                .removeIf(key -> key.node().equals(node) && key.incarnation() <= incarnation);
        done.merge(node, incarnation, Math::max);
        if (done.size() > MAX_PENDING) {
            done.remove(done.keySet().iterator().next());
        }
    }

    /** A new life of this node knows nothing of what an earlier one has seen. */
    void clear() {
        pending.clear();
    }

    /**
     * What is to be taken over now; each stays until it is {@link #done} or too old.
     *
     * @param coordinator whether this node is the one that does it
     * @param returned whether a lost node is back, so that there is nothing to wait for any more
     */
    List<Pending> due(long nowMs, boolean coordinator, Predicate<NodeInfo> returned) {
        List<Pending> due = new ArrayList<>();
        for (Iterator<Pending> all = pending.values().iterator(); all.hasNext(); ) {
            Pending each = all.next();
            if (nowMs - each.dueMs() > KEPT_MS) {
                all.remove();
            } else if (coordinator && (nowMs >= each.dueMs() || returned.test(each.node()))) {
                due.add(each);
            }
        }
        return due;
    }
}
