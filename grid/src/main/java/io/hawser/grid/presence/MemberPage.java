package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A part of a channel's members, in the order of their client ids. Immutable, thread-safe.
 *
 * <p>Who pages through a channel by {@link #next} sees everybody once who stays in it meanwhile;
 * those who come or go meanwhile may be missing or not.
 *
 * @param members who, and where
 * @param next the client id behind which the next page begins; null if this is the last page
 * @param stats of the whole channel
 * @param missing nodes that have members and did not answer; theirs are not in the page
 */
public record MemberPage(
        List<Located> members, @Nullable String next, PresenceStats stats, List<String> missing) {

    /**
     * A member and its node.
     *
     * @param node id of the node
     */
    public record Located(String node, ClientInfo info) {}

    /**
     * What one node has behind the cursor.
     *
     * @param members in the order of client ids
     * @param more whether it has some behind these
     */
    record OfNode(String node, List<ClientInfo> members, boolean more) {
        static final Comparator<Located> ORDER =
                Comparator.comparing(located -> located.info().client());
    }

    /**
     * Puts parts together. A part that goes on ends the page: what others have behind its last
     * member would come before what it has still to tell.
     *
     * @param limit members of the page, at most
     */
    static MemberPage of(List<OfNode> parts, int limit, PresenceStats stats, List<String> missing) {
        String end = null;
        List<Located> all = new ArrayList<>();
        for (OfNode part : parts) {
            part.members().forEach(info -> all.add(new Located(part.node(), info)));
            if (part.more()) {
                String last = part.members().getLast().client();
                end = end == null || last.compareTo(end) < 0 ? last : end;
            }
        }
        String horizon = end;
        List<Located> known =
                all.stream()
                        .filter(
                                located ->
                                        horizon == null
                                                || located.info().client().compareTo(horizon) <= 0)
                        .sorted(OfNode.ORDER)
                        .toList();
        List<Located> members = known.subList(0, Math.min(limit, known.size()));
        boolean more = horizon != null || known.size() > members.size();
        String next = more && !members.isEmpty() ? members.getLast().info().client() : null;
        return new MemberPage(List.copyOf(members), next, stats, List.copyOf(missing));
    }
}
