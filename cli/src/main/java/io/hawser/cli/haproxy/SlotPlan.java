package io.hawser.cli.haproxy;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which spare slots are to be filled and emptied. No I/O, no state. */
public final class SlotPlan {
    private SlotPlan() {}

    /**
     * The changes that bring HAProxy in step with the registry; none if it is.
     *
     * @param fixed servers that are no slots, which are never touched
     * @param slots the spare ones, by number
     * @param nodes those that are there
     */
    public static List<SlotChange> of(
            Collection<ProxyServer> fixed, List<Slot> slots, Collection<ClusterNode> nodes) {
        List<SlotChange> changes = new ArrayList<>();
        List<Slot> free = new ArrayList<>();
        Set<String> served = new HashSet<>();
        fixed.forEach(server -> served.add(place(server.address(), server.port())));
        for (Slot slot : slots) {
            ProxyServer server = slot.server();
            ClusterNode node = server.maintenance() ? null : liveAt(server, nodes);
            if (server.maintenance()) {
                free.add(slot);
            } else if (node != null
                    && isCheckable(slot, node)
                    && served.add(place(node.address(), node.port()))) {
                if (!fits(slot, node)) {
                    changes.add(new SlotChange.Fill(slot, node));
                }
            } else if (node != null || !server.running()) {
                // HAProxy still reaches a node that the registry has lost: then HAProxy is right.
                changes.add(new SlotChange.Empty(slot));
            }
        }
        fill(free, served, nodes, changes);
        return changes;
    }

    private static void fill(
            List<Slot> free,
            Set<String> served,
            Collection<ClusterNode> nodes,
            List<SlotChange> changes) {
        for (ClusterNode node : nodes) {
            if (node.takesClients() && served.add(place(node.address(), node.port()))) {
                changes.add(placed(free, node));
            }
        }
    }

    /** Takes the slot out of those that are free. */
    private static SlotChange placed(List<Slot> free, ClusterNode node) {
        for (Slot slot : free) {
            if (isCheckable(slot, node)) {
                free.remove(slot);
                return new SlotChange.Fill(slot, node);
            }
        }
        return free.isEmpty() ? new SlotChange.NoRoom(node) : new SlotChange.NoAgent(node);
    }

    /** A slot with a port of its own for checks expects there what only an agent port says. */
    private static boolean isCheckable(Slot slot, ClusterNode node) {
        return slot.server().checkPort() == 0 || node.agentPort() > 0;
    }

    private static @Nullable ClusterNode liveAt(ProxyServer server, Collection<ClusterNode> nodes) {
        String place = place(server.address(), server.port());
        return nodes.stream()
                .filter(node -> place(node.address(), node.port()).equals(place))
                .findFirst()
                .orElse(null);
    }

    private static boolean fits(Slot slot, ClusterNode node) {
        ProxyServer server = slot.server();
        boolean asked = node.agentPort() == 0 || server.agentPort() == node.agentPort();
        boolean checked = server.checkPort() == 0 || server.checkPort() == node.agentPort();
        return asked && checked && (!slot.hintable() || slot.hints().contains(node.id()));
    }

    private static String place(String address, int port) {
        return address + " " + port;
    }
}
