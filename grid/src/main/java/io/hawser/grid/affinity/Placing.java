package io.hawser.grid.affinity;

import io.hawser.grid.affinity.Placement.Reason;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;

/**
 * Decides where a client belongs, from what is remembered and the nodes there are. Pure; immutable,
 * thread-safe.
 */
public final class Placing {
    /** A client is not sent away again for so long, whichever node it comes to. */
    static final long SENT_AWAY_PAUSE_MS = 60_000;

    private final AffinityStrategy strategy;
    private final NodeChooser chooser;

    public Placing(AffinityStrategy strategy, NodeChooser chooser) {
        this.strategy = strategy;
        this.chooser = chooser;
    }

    /** What a client that has connected to this node is to be told. */
    sealed interface Verdict {
        /** The entry to be written, one with a higher epoch than the one looked at. */
        AffinityEntry entry();

        /** It is served here. */
        record Stay(AffinityEntry entry) implements Verdict {}

        /** It is told to reconnect. */
        record Leave(AffinityEntry entry) implements Verdict {}
    }

    /** True if the node serves and has room. */
    static boolean takesClients(NodeInfo node) {
        int max = node.load().maxConnections();
        return node.status() == NodeStatus.ACTIVE && (max == 0 || node.load().connections() < max);
    }

    /**
     * Where a client should go.
     *
     * @param entry what is remembered of it
     * @param nodes all that are known
     */
    public Placement place(
            ClientTraits client, @Nullable AffinityEntry entry, Collection<NodeInfo> nodes) {
        return place(client, entry, nodes, Reason.NEW);
    }

    /** Where a client should go of whom the grid did not say what is remembered. */
    Placement placeUnasked(ClientTraits client, Collection<NodeInfo> nodes) {
        return place(client, null, nodes, Reason.NO_ANSWER);
    }

    private Placement place(
            ClientTraits client,
            @Nullable AffinityEntry entry,
            Collection<NodeInfo> nodes,
            Reason unmapped) {
        String key = strategy.key(client);
        List<NodeInfo> takers = nodes.stream().filter(Placing::takesClients).toList();
        List<NodeInfo> homes = strategy.homes(client, takers);
        NodeInfo mapped = entry == null ? giver(client, key, takers) : mapped(entry, takers);
        if (mapped != null && homes.contains(mapped)) {
            return new Placement(mapped, Reason.MAPPED, key, entry);
        }
        NodeInfo chosen = homes.isEmpty() ? null : chooser.choose(client, key, homes);
        Reason why = mapped != null ? Reason.NOT_AT_HOME : Reason.NODE_GONE;
        return new Placement(
                chosen,
                chosen == null ? Reason.NO_NODE : entry == null ? unmapped : why,
                key,
                entry);
    }

    /** The node that a client belongs to; null if it was only chosen for it. */
    public @Nullable NodeId home(Placement placement) {
        NodeInfo node = placement.node();
        boolean belongs =
                placement.reason() == Reason.MAPPED
                        || (placement.key() != null && strategy instanceof AffinityByHash);
        return node != null && belongs ? node.id() : null;
    }

    /** True if the client may be there. */
    boolean isHome(ClientTraits client, NodeInfo node, Collection<NodeInfo> nodes) {
        List<NodeInfo> takers = nodes.stream().filter(Placing::takesClients).toList();
        return strategy.homes(client, takers).contains(node);
    }

    /** The node that gave the client the session id by which it is known. */
    private static @Nullable NodeInfo giver(
            ClientTraits client, @Nullable String key, List<NodeInfo> takers) {
        String giver = GivenSessions.giver(client.session());
        if (giver.isEmpty() || !AffinityKeys.ofSession(client.session()).equals(key)) {
            return null;
        }
        for (NodeInfo node : takers) {
            if (node.id().value().equals(giver)) {
                return node;
            }
        }
        return null;
    }

    /** The node of an entry, if it still lives the life that the entry speaks of. */
    private static @Nullable NodeInfo mapped(AffinityEntry entry, List<NodeInfo> takers) {
        for (NodeInfo node : takers) {
            if (node.id().value().equals(entry.node())
                    && node.incarnation() <= entry.incarnation()) {
                return node;
            }
        }
        return null;
    }

    /**
     * Whether a client that has connected here may stay, if it is a matter of strictness.
     *
     * @param here this node
     * @param incarnation of this node
     */
    Verdict judge(
            ClientTraits client,
            @Nullable AffinityEntry entry,
            NodeId here,
            long incarnation,
            Collection<NodeInfo> nodes,
            Moment now) {
        NodeInfo elsewhere = belongsElsewhere(client, entry, here, nodes);
        boolean mayBeTold =
                entry == null
                        || entry.sentAwayAtMs() == 0
                        || now.steadyMs() - entry.sentAwayAtMs() >= SENT_AWAY_PAUSE_MS;
        if (elsewhere == null || !mayBeTold) {
            return new Verdict.Stay(
                    entry == null
                            ? AffinityEntry.first(here, incarnation, now.dayMs())
                            : entry.connected(here, incarnation, now.dayMs()));
        }
        String node = elsewhere.id().value();
        AffinityEntry known =
                entry == null
                        ? AffinityEntry.first(elsewhere.id(), elsewhere.incarnation(), now.dayMs())
                        : entry.assigned(node, elsewhere.incarnation(), now.dayMs());
        return new Verdict.Leave(known.sentAway(now));
    }

    /** The node that should have the client instead of this one; null if this one may. */
    private @Nullable NodeInfo belongsElsewhere(
            ClientTraits client,
            @Nullable AffinityEntry entry,
            NodeId here,
            Collection<NodeInfo> nodes) {
        Placement placement = place(client, entry, nodes);
        NodeInfo named = placement.node();
        if (named == null || named.id().equals(here)) {
            return null;
        }
        if (placement.reason() == Reason.MAPPED) {
            return named;
        }
        // The client has come here anyway: it stays unless the strategy does not want it here.
        List<NodeInfo> takers = nodes.stream().filter(Placing::takesClients).toList();
        boolean atHome =
                strategy.homes(client, takers).stream().anyMatch(node -> node.id().equals(here));
        boolean known = takers.stream().anyMatch(node -> node.id().equals(here));
        return atHome || !known ? null : named;
    }
}
