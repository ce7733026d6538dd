package io.hawser.grid.event;

import io.hawser.grid.cluster.NodeId;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has become of nodes and was not told yet, as far as one node has seen it. Every node sees it
 * and keeps it until it hears it told, so that whoever is the coordinator in the end tells it, also
 * if the coordinator was lost with it. Pure: times come from the caller's clock. Not thread-safe.
 */
final class Announcements {
    /** After this nobody will tell it any more. */
    static final long KEPT_MS = 60_000;

    static final int MAX_PENDING = 1_000;

    private final Map<Key, Seen> pending = new LinkedHashMap<>();

    private record Key(String type, NodeId node, long incarnation) {
        static Key of(Happening.OfNode what) {
            return new Key(what.type(), what.node(), what.incarnation());
        }
    }

    /**
     * Something that this node has seen.
     *
     * @param event as it will be told
     * @param sinceMs when it was seen
     */
    private record Seen(GridEvent event, long sinceMs) {}

    /** Adds one; beyond the limit the oldest is forgotten. */
    void seen(GridEvent event, Happening.OfNode what, long nowMs) {
        if (what instanceof Happening.NodeHeard heard && removeSuspicion(heard)) {
            return; // nobody was told of the one, so nobody needs the other
        }
        pending.putIfAbsent(Key.of(what), new Seen(event, nowMs));
        if (pending.size() > MAX_PENDING) {
            pending.remove(pending.keySet().iterator().next());
        }
    }

    private boolean removeSuspicion(Happening.NodeHeard heard) {
        var suspicion = new Happening.NodeSuspect(heard.node(), heard.incarnation());
        return pending.remove(Key.of(suspicion)) != null;
    }

    /** It was told, by whomever. */
    void told(Happening what) {
        if (what instanceof Happening.OfNode node) {
            pending.remove(Key.of(node));
        }
    }

    /** A new life of this node knows nothing of what an earlier one has seen. */
    void clear() {
        pending.clear();
    }

    /**
     * What is to be told now, in the order in which it was seen; it is pending no more.
     *
     * @param coordinator whether this node is the one that tells
     */
    List<GridEvent> due(long nowMs, boolean coordinator) {
        pending.values().removeIf(seen -> nowMs - seen.sinceMs() > KEPT_MS);
        if (!coordinator) {
            return List.of();
        }
        List<GridEvent> due = new ArrayList<>();
        pending.values().forEach(seen -> due.add(seen.event()));
        pending.clear();
        return due;
    }
}
