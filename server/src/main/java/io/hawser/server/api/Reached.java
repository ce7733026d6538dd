package io.hawser.server.api;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who has got some publications. Immutable.
 *
 * @param receipts of each node that answered, by its id
 * @param missing nodes that did not
 * @param problem why nobody could be asked; null if somebody was
 */
record Reached(Map<String, Receipts> receipts, List<String> missing, @Nullable String problem) {
    static Reached unknown(String problem) {
        return new Reached(Map.of(), List.of(), problem);
    }

    /** Nodes with subscribers that have not been given a publication yet. */
    Set<String> behind() {
        var behind = new TreeSet<String>();
        receipts.forEach(
                (node, each) -> {
                    if (!each.behind().isEmpty()) {
                        behind.add(node);
                    }
                });
        return behind;
    }

    /**
     * What is known once those that were behind have been asked again. Who has not answered this
     * time is still behind; who was not asked any more is no live node.
     */
    Reached followedBy(Reached later) {
        var now = new HashMap<>(receipts);
        for (String node : behind()) {
            Receipts newer = later.receipts.get(node);
            if (newer != null) {
                now.put(node, newer);
            } else if (!later.missing.contains(node)) {
                now.remove(node);
            }
        }
        return new Reached(now, missing, problem);
    }

    private ApiResult.Reach in(String channel) {
        List<Integer> subscribers =
                receipts.values().stream()
                        .map(node -> node.counts().get(channel))
                        .filter(Objects::nonNull)
                        .toList();
        var without = new TreeSet<>(missing);
        receipts.forEach(
                (node, each) -> {
                    if (each.behind().contains(channel)) {
                        without.add(node);
                    }
                });
        return new ApiResult.Reach(
                subscribers.size(),
                subscribers.stream().mapToInt(Integer::intValue).sum(),
                List.copyOf(without),
                problem);
    }

    /** The reply with whom its publication went to, if it went to anybody. */
    ApiReply on(String channel, ApiReply reply) {
        return reply.result() instanceof ApiResult.Published published
                        && published.suppressed() == null
                ? ApiReply.of(published.reaching(in(channel)))
                : reply;
    }
}
