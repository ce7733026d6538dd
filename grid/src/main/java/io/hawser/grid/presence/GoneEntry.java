package io.hawser.grid.presence;

import com.hazelcast.map.EntryProcessor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Notes that a user is not on these nodes. Returns null if it is on others. Else the entry, which
 * is removed: of several that note it, one gets it; {@link UserEntry#NOWHERE} if there was none.
 */
final class GoneEntry implements EntryProcessor<UserKey, UserEntry, UserEntry> {
    private static final long serialVersionUID = 1L;

    private final String[] nodes;
    private final long[] incarnations;

    GoneEntry(Collection<NodeLife> lives) {
        this.nodes = lives.stream().map(NodeLife::node).toArray(String[]::new);
        this.incarnations = lives.stream().mapToLong(NodeLife::incarnation).toArray();
    }

    @Override
    @SuppressWarnings("NullAway") // null is how an entry processor removes
    public @Nullable UserEntry process(Map.Entry<UserKey, UserEntry> entry) {
        List<NodeLife> lives = new ArrayList<>(nodes.length);
        for (int i = 0; i < nodes.length; i++) {
            lives.add(new NodeLife(nodes[i], incarnations[i]));
        }
        UserEntry before = entry.getValue();
        UserEntry left = UserEntry.without(before, lives);
        entry.setValue(left);
        if (left != null) {
            return null;
        }
        return before == null ? UserEntry.NOWHERE : before;
    }
}
