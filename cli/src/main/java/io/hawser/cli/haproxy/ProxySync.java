package io.hawser.cli.haproxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brings the spare slots of one HAProxy in step with the registry. Blocks for as long as HAProxy
 * takes to answer; for one thread.
 */
public final class ProxySync {
    private static final Pattern HINT = Pattern.compile("0x[0-9a-f]+ (\\S+)");

    private final RuntimeSocket socket;
    private final String backend;
    private final Pattern slotName;
    private final int hintBase;
    private final Consumer<String> lines;

    /** Why nodes got no slot: told once, as long as it is so. */
    private final Set<String> told = new HashSet<>();

    /**
     * @param backend the backend of the nodes
     * @param slots the prefix of the slots' names, before their number
     * @param hintBase the number of slot N's ACL of hints is N more
     * @param lines told what is done
     */
    public ProxySync(
            RuntimeSocket socket,
            String backend,
            String slots,
            int hintBase,
            Consumer<String> lines) {
        this.socket = socket;
        this.backend = backend;
        this.slotName = Pattern.compile(Pattern.quote(slots) + "([0-9]{1,5})");
        this.hintBase = hintBase;
        this.lines = lines;
    }

    /**
     * Fills and empties slots.
     *
     * @return what was to be done; empty if everything was as it should be
     * @throws IOException if HAProxy does not answer, or not as one
     */
    public List<SlotChange> step(Collection<ClusterNode> nodes) throws IOException {
        List<ProxyServer> fixed = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        for (ProxyServer server : servers()) {
            Matcher name = slotName.matcher(server.name());
            if (name.matches()) {
                int number = Integer.parseInt(name.group(1));
                slots.add(slot(number, server));
            } else {
                fixed.add(server);
            }
        }
        List<SlotChange> changes = SlotPlan.of(fixed, slots, nodes);
        told.retainAll(changes.stream().flatMap(ProxySync::complaint).collect(Collectors.toSet()));
        for (SlotChange change : changes) {
            apply(change);
        }
        return changes;
    }

    private static Stream<String> complaint(SlotChange change) {
        return switch (change) {
            case SlotChange.NoRoom none -> Stream.of("no slot is free for " + none.node().id());
            case SlotChange.NoAgent none ->
                    Stream.of(
                            none.node().id()
                                    + " gets no slot: HAProxy checks its nodes at their agent"
                                    + " port, and this one has none (set agent.port)");
            case SlotChange.Fill _, SlotChange.Empty _ -> Stream.empty();
        };
    }

    private List<ProxyServer> servers() throws IOException {
        String state = socket.run("show servers state " + backend);
        try {
            return ProxyServer.parse(state);
        } catch (IllegalArgumentException e) {
            throw new IOException("HAProxy says of backend " + backend + ": " + e.getMessage(), e);
        }
    }

    private Slot slot(int number, ProxyServer server) throws IOException {
        String list = socket.run("show acl #" + (hintBase + number));
        List<String> hints =
                list.lines()
                        .map(HINT::matcher)
                        .filter(Matcher::matches)
                        .map(hint -> hint.group(1))
                        .toList();
        return new Slot(number, server, !list.startsWith("Unknown ACL"), hints);
    }

    private void apply(SlotChange change) throws IOException {
        switch (change) {
            case SlotChange.Fill fill -> fill(fill.slot(), fill.node());
            case SlotChange.Empty empty -> empty(empty.slot());
            case SlotChange.NoRoom _, SlotChange.NoAgent _ ->
                    complaint(change).filter(told::add).forEach(lines);
        }
    }

    private void fill(Slot slot, ClusterNode node) throws IOException {
        String server = backend + "/" + slot.name();
        String at = node.address() + " port ";
        List<String> orders = new ArrayList<>();
        orders.add("set server " + server + " state maint");
        orders.add("set server " + server + " addr " + at + node.port());
        if (node.agentPort() > 0) {
            orders.add("set server " + server + " agent-addr " + at + node.agentPort());
            orders.add("enable agent " + server);
        } else {
            orders.add("disable agent " + server);
        }
        if (slot.server().checkPort() > 0) {
            orders.add("set server " + server + " check-port " + node.agentPort());
        }
        // The last node's agent may have left it at 0.
        orders.add("set server " + server + " weight 100%");
        if (slot.hintable()) {
            String hints = "acl #" + (hintBase + slot.number());
            orders.add("clear " + hints);
            orders.add("add " + hints + " " + node.id());
        }
        orders.add("set server " + server + " state ready");
        lines.accept(
                "%s: %s at %s:%d%s"
                        .formatted(
                                slot.name(), node.id(), node.address(), node.port(), run(orders)));
    }

    private void empty(Slot slot) throws IOException {
        String server = backend + "/" + slot.name();
        List<String> orders = new ArrayList<>();
        orders.add("set server " + server + " state maint");
        orders.add("shutdown sessions server " + server);
        if (slot.hintable()) {
            orders.add("clear acl #" + (hintBase + slot.number()));
        }
        lines.accept(slot.name() + ": empty" + run(orders));
    }

    private String run(List<String> orders) throws IOException {
        List<String> said = new ArrayList<>();
        for (String order : orders) {
            said.add(socket.run(order));
        }
        return joined(said);
    }

    /** HAProxy is silent when all is well, but for a change of address. */
    private static String joined(List<String> said) {
        List<String> words =
                said.stream().filter(s -> !s.isEmpty() && !s.contains("by 'stats socket")).toList();
        return words.isEmpty() ? "" : " (" + String.join("; ", words) + ")";
    }
}
