package io.hawser.grid.cluster;

import io.hawser.grid.cluster.ClusterEvent.NodeChanged;
import io.hawser.grid.cluster.ClusterEvent.NodeJoined;
import io.hawser.grid.cluster.ClusterEvent.NodeLeft;
import io.hawser.grid.cluster.ClusterEvent.NodeLost;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which nodes there are, worked out from their entries and from the members that come and go. No
 * I/O and no clock: each change goes in, the events that follow come out.
 *
 * <p>Entries and membership changes arrive on different threads in any order, hence: a member that
 * is gone stays gone whatever old entries still say, until it is seen as a member again. Changing
 * methods take a lock, and hand out events under it, so the events of a node are in order; readers
 * get an immutable copy without one. Thread-safe.
 */
final class Roster {
    private final Consumer<ClusterEvent> events;
    private final Map<NodeId, NodeInfo> nodes = new TreeMap<>();

    /** Members that were removed; as many as may still have entries. */
    private final BoundedSet<String> gone = new BoundedSet<>(1_024);

    /** Highest incarnations that were given up. */
    private final Map<NodeId, Long> over = new HashMap<>();

    /** Incarnations of nodes that are not heard, though not given up. */
    private final Map<NodeId, Long> suspects = new HashMap<>();

    /** Members of present nodes that were not among the members when last asked. */
    private Set<String> missing = Set.of();

    private volatile Map<NodeId, NodeInfo> copy = Map.of();

    /**
     * @param events must not block
     */
    Roster(Consumer<ClusterEvent> events) {
        this.events = events;
    }

    Collection<NodeInfo> nodes() {
        return copy.values();
    }

    @Nullable NodeInfo node(NodeId id) {
        return copy.get(id);
    }

    /** A node has written {@code entry}. */
    synchronized void written(NodeInfo entry) {
        NodeInfo known = nodes.get(entry.id());
        NodeInfo node = isOver(entry) ? lost(entry) : withSuspicion(entry);
        if (known != null && isOlder(node, known)) {
            return;
        }
        nodes.put(node.id(), node);
        publish();
        if (known == null) {
            joinedIfPresent(node);
        } else if (known.incarnation() < node.incarnation()) {
            lostIfPresent(known);
            joinedIfPresent(node);
        } else {
            compare(known, node);
        }
    }

    private boolean isOver(NodeInfo entry) {
        return gone.contains(entry.memberUuid())
                || over.getOrDefault(entry.id(), 0L) >= entry.incarnation();
    }

    /** A node was given up: this life of it does not come back. */
    synchronized void evicted(NodeId id, long incarnation) {
        over.merge(id, incarnation, Math::max);
        NodeInfo known = nodes.get(id);
        if (known != null && known.incarnation() == incarnation && isPresent(known)) {
            nodes.put(id, lost(known));
            publish();
            events.accept(new NodeLost(lost(known)));
        }
    }

    private NodeInfo withSuspicion(NodeInfo entry) {
        Long suspect = suspects.get(entry.id());
        boolean suspected = suspect != null && suspect == entry.incarnation();
        return suspected && entry.status() == NodeStatus.ACTIVE
                ? entry.withStatus(NodeStatus.SUSPECT)
                : entry;
    }

    /** A node is not heard, or is heard again. */
    synchronized void suspected(NodeId id, long incarnation, boolean suspected) {
        if (suspected) {
            suspects.put(id, incarnation);
        } else {
            suspects.remove(id);
        }
        NodeInfo known = nodes.get(id);
        if (known != null && known.incarnation() == incarnation) {
            NodeStatus from = suspected ? NodeStatus.ACTIVE : NodeStatus.SUSPECT;
            NodeStatus to = suspected ? NodeStatus.SUSPECT : NodeStatus.ACTIVE;
            if (known.status() == from) {
                written(known.withStatus(to));
            }
        }
    }

    /** A living node's load is this now. */
    synchronized void load(NodeId id, long incarnation, NodeLoad load) {
        NodeInfo known = nodes.get(id);
        if (known != null && known.incarnation() == incarnation && isPresent(known)) {
            nodes.put(id, known.withLoad(load));
            publish();
        }
    }

    /** Who said goodbye does not come back in the same life, whatever arrives late. */
    private static boolean isOlder(NodeInfo node, NodeInfo known) {
        return known.incarnation() > node.incarnation()
                || (known.incarnation() == node.incarnation() && known.status() == NodeStatus.LEFT);
    }

    private void compare(NodeInfo known, NodeInfo node) {
        if (!isPresent(known)) {
            joinedIfPresent(node);
        } else if (node.status() == NodeStatus.LEFT) {
            events.accept(new NodeLeft(node));
        } else if (node.status() == NodeStatus.OFFLINE) {
            events.accept(new NodeLost(node));
        } else if (known.status() != node.status()) {
            events.accept(new NodeChanged(known, node));
        }
    }

    /** The grid's store holds {@code entries}: taken over where nothing newer is known. */
    synchronized void stored(Collection<NodeInfo> entries) {
        for (NodeInfo entry : entries) {
            NodeInfo known = nodes.get(entry.id());
            if (known == null || !isPresent(known) || known.incarnation() < entry.incarnation()) {
                written(entry);
            }
        }
    }

    /** A node has said goodbye in person. */
    synchronized void saidGoodbye(NodeId id, long incarnation) {
        NodeInfo known = nodes.get(id);
        if (known != null && known.incarnation() == incarnation) {
            written(known.withStatus(NodeStatus.LEFT));
        }
    }

    /** The entry of a node was taken out of the store. */
    synchronized void forgotten(NodeId id) {
        NodeInfo known = nodes.get(id);
        if (known != null && !known.isLive()) {
            nodes.remove(id);
            publish();
        }
    }

    /** A member is in the grid, perhaps again. */
    synchronized void memberAdded(String uuid) {
        gone.remove(uuid);
    }

    /** A member is in the grid no more. */
    synchronized void memberRemoved(String uuid) {
        gone.add(uuid);
        for (NodeInfo node : List.copyOf(nodes.values())) {
            if (node.memberUuid().equals(uuid) && isPresent(node)) {
                nodes.put(node.id(), lost(node));
                publish();
                events.accept(new NodeLost(lost(node)));
            }
        }
    }

    /**
     * These are all members there are: whoever is among them is not gone; whoever is missing in two
     * calls running is. Once is not enough: an entry can arrive before its member does.
     */
    void members(Set<String> uuids) {
        missing(uuids).forEach(this::memberRemoved);
    }

    /**
     * As {@link #members}, but leaves it to the caller what comes of it.
     *
     * @return members that were missing twice running
     */
    synchronized Set<String> missing(Set<String> uuids) {
        uuids.forEach(gone::remove);
        Set<String> now = new HashSet<>();
        nodes.values().stream().filter(Roster::isPresent).forEach(n -> now.add(n.memberUuid()));
        now.removeAll(uuids);
        Set<String> twice = new HashSet<>(now);
        twice.retainAll(missing);
        missing = now;
        return twice;
    }

    /** Nodes that are not live and whose member is none of {@code uuids}. */
    synchronized List<NodeInfo> departed(Set<String> uuids) {
        List<NodeInfo> departed = new ArrayList<>();
        for (NodeInfo node : nodes.values()) {
            if (!node.isLive() && !uuids.contains(node.memberUuid())) {
                departed.add(node);
            }
        }
        return departed;
    }

    private void joinedIfPresent(NodeInfo node) {
        if (isPresent(node)) {
            events.accept(new NodeJoined(node));
        }
    }

    private void lostIfPresent(NodeInfo known) {
        if (isPresent(known)) {
            events.accept(new NodeLost(lost(known)));
        }
    }

    /** A fenced node serves nobody, yet it is there and may come back or be lost. */
    static boolean isPresent(NodeInfo node) {
        return node.isLive() || node.status() == NodeStatus.FENCED;
    }

    private static NodeInfo lost(NodeInfo node) {
        return isPresent(node) ? node.withStatus(NodeStatus.OFFLINE) : node;
    }

    private void publish() {
        copy = Collections.unmodifiableMap(new TreeMap<>(nodes));
    }
}
