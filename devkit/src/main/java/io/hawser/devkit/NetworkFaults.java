package io.hawser.devkit;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which packets a {@link NetworkLab} drops, as a script for nft: text only, no I/O. Each direction
 * between two hosts is a matter of its own. Not thread-safe.
 */
final class NetworkFaults {
    private static final int ALL = 100;

    /** Per cent that are lost, by "from . to" as nft writes two addresses. */
    private final Map<String, Integer> lossPercent = new TreeMap<>();

    /** Drops what these send to those; the more of two losses stays. */
    void lose(int percent, Collection<NetworkHost> from, Collection<NetworkHost> to) {
        if (percent < 1 || percent > ALL) {
            throw new IllegalArgumentException("per cent: " + percent);
        }
        for (NetworkHost sender : from) {
            for (NetworkHost receiver : to) {
                lossPercent.merge(
                        sender.address() + " . " + receiver.address(), percent, Math::max);
            }
        }
    }

    void clear() {
        lossPercent.clear();
    }

    /** Replaces, in one step, whatever nft dropped before. */
    String script() {
        Map<Integer, String> pairs =
                lossPercent.entrySet().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Map.Entry::getValue,
                                        TreeMap::new,
                                        Collectors.mapping(
                                                Map.Entry::getKey, Collectors.joining(", "))));
        var script =
                new StringBuilder(
                        """
                        table bridge faults
                        delete table bridge faults
                        table bridge faults {
                        chain forward {
                        type filter hook forward priority 0; policy accept;
                        """);
        pairs.forEach(
                (percent, which) ->
                        script.append("ip saddr . ip daddr { ")
                                .append(which)
                                .append(" } ")
                                .append(percent == ALL ? "" : chance(percent))
                                .append("drop\n"));
        return script.append("}\n}\n").toString();
    }

    private static String chance(int percent) {
        return "numgen random mod 100 < " + percent + " ";
    }
}
