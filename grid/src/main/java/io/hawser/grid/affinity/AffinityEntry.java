package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeId;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Where a client belongs, as the grid stores it. A plain record: Hazelcast serializes it by its
 * components. Immutable, thread-safe.
 *
 * @param node id of the node
 * @param incarnation which life of the node
 * @param epoch rises with every change of the entry: milliseconds since 1970 of the change, or one
 *     more than the former epoch if that is higher. After a split the higher epoch wins.
 * @param connectedAtMs when the client last connected, milliseconds since 1970
 * @param sentAwayAtMs when the client was last told to reconnect because it was at the wrong node,
 *     milliseconds since 1970 by a clock that nobody sets while the node runs; 0 for never
 */
public record AffinityEntry(
        String node, long incarnation, long epoch, long connectedAtMs, long sentAwayAtMs) {

    /**
     * Times of two nodes less apart than this do not tell which was first: then whoever writes last
     * is right. Less than a write takes before it is tried again.
     */
    static final long SAME_TIME_MS = 250;

    /** A client that nothing was known of has connected. */
    public static AffinityEntry first(NodeId node, long incarnation, long nowMs) {
        return new AffinityEntry(node.value(), incarnation, nowMs, nowMs, 0);
    }

    /**
     * The client came to this node some time ago. What is remembered of elsewhere holds if it is
     * clearly younger: then this is the late end of a write that was tried again.
     *
     * @param before what is remembered; null if nothing is
     * @return null if what is remembered holds
     */
    static @Nullable AffinityEntry arrived(
            @Nullable AffinityEntry before, NodeId node, long incarnation, long atMs) {
        if (before == null) {
            return first(node, incarnation, atMs);
        }
        boolean here = before.node().equals(node.value()) && before.incarnation() == incarnation;
        if (here && before.connectedAtMs() >= atMs) {
            return before;
        }
        boolean younger = before.epoch() - atMs > SAME_TIME_MS;
        return younger && !here ? null : before.connected(node, incarnation, atMs);
    }

    /** The client has connected to this node now. */
    public AffinityEntry connected(NodeId newNode, long newIncarnation, long nowMs) {
        return new AffinityEntry(
                newNode.value(), newIncarnation, epochAfter(nowMs), nowMs, sentAwayAtMs);
    }

    /** The client belongs to this node from now on, wherever it is. */
    AffinityEntry assigned(String newNode, long newIncarnation, long nowMs) {
        return new AffinityEntry(
                newNode, newIncarnation, epochAfter(nowMs), connectedAtMs, sentAwayAtMs);
    }

    /** The client is told to reconnect now. */
    AffinityEntry sentAway(Moment now) {
        return new AffinityEntry(
                node, incarnation, epochAfter(now.dayMs()), connectedAtMs, now.steadyMs());
    }

    /**
     * The entry of a client whose node has gone: it belongs to one of the targets, each client to
     * the same one wherever this is asked.
     *
     * @param client key of the entry
     * @param lost the node that has gone, in this life and earlier ones
     * @return null if the entry is not of that node, or of a later life, or there are no targets
     */
    public @Nullable AffinityEntry reassigned(
            String client, String lost, long lostIncarnation, List<Target> targets, long nowMs) {
        if (!node.equals(lost) || incarnation > lostIncarnation) {
            return null;
        }
        Target target = Rendezvous.pick(client, targets, Target::node, Target::weight);
        return target == null ? null : assigned(target.node(), target.incarnation(), nowMs);
    }

    /** Which of two entries of one client holds, whichever is asked first: the higher epoch. */
    public static AffinityEntry winner(AffinityEntry one, AffinityEntry other) {
        if (one.epoch() != other.epoch()) {
            return one.epoch() > other.epoch() ? one : other;
        }
        int byNode = one.node().compareTo(other.node());
        if (byNode != 0) {
            return byNode > 0 ? one : other;
        }
        return one.incarnation() >= other.incarnation() ? one : other;
    }

    private long epochAfter(long nowMs) {
        return Math.max(epoch + 1, nowMs);
    }
}
