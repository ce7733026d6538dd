package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * On which nodes a user is, in one channel, as the grid stores it. A plain class with plain fields:
 * Hazelcast serializes it by them. Immutable by agreement: nobody writes into the arrays.
 *
 * @param nodes their ids, in the order in which the user came there
 * @param incarnations of these nodes, likewise
 * @param first whether the first of them is where the user came when it was nowhere: that node
 *     tells of it, also if it has to ask again whether it was the first
 * @param client whose information its going is told with if its nodes are lost
 * @param announceUpTo members of the channel up to which it is told
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; Hazelcast stores arrays as they are
record UserEntry(
        String[] nodes,
        long[] incarnations,
        boolean first,
        String client,
        byte[] connInfo,
        byte[] chanInfo,
        int announceUpTo) {

    /** Of a user that is nowhere. */
    static final UserEntry NOWHERE =
            new UserEntry(new String[0], new long[0], false, "", new byte[0], new byte[0], 0);

    /** The entry with the user on one node more. */
    static UserEntry with(@Nullable UserEntry before, NodeLife life, UserHere here) {
        List<NodeLife> lives = new ArrayList<>(before == null ? List.of() : before.lives());
        if (!lives.contains(life)) {
            lives.add(life);
        }
        return of(lives, before == null || before.first, here.info(), here.announceUpTo());
    }

    /** Null if the user is nowhere then. */
    static @Nullable UserEntry without(@Nullable UserEntry before, Collection<NodeLife> gone) {
        if (before == null) {
            return null;
        }
        List<NodeLife> lives = new ArrayList<>(before.lives());
        if (!lives.removeAll(gone)) {
            return before;
        }
        boolean first = before.first && lives.contains(before.lives().getFirst());
        return lives.isEmpty() ? null : of(lives, first, before.toInfo(""), before.announceUpTo());
    }

    /** What two halves of the grid had, which knew nothing of each other. */
    static UserEntry joined(UserEntry one, UserEntry other) {
        List<NodeLife> lives = new ArrayList<>(one.lives());
        other.lives().stream().filter(life -> !lives.contains(life)).forEach(lives::add);
        return of(lives, one.first, one.toInfo(""), one.announceUpTo());
    }

    private static UserEntry of(
            List<NodeLife> lives, boolean first, ClientInfo info, int announceUpTo) {
        return new UserEntry(
                lives.stream().map(NodeLife::node).toArray(String[]::new),
                lives.stream().mapToLong(NodeLife::incarnation).toArray(),
                first,
                info.client(),
                info.connInfo().bytes(),
                info.chanInfo().bytes(),
                announceUpTo);
    }

    List<NodeLife> lives() {
        List<NodeLife> lives = new ArrayList<>(nodes.length);
        for (int i = 0; i < nodes.length; i++) {
            lives.add(new NodeLife(nodes[i], incarnations[i]));
        }
        return lives;
    }

    boolean isOn(Set<NodeLife> some) {
        return lives().stream().anyMatch(some::contains);
    }

    /** Whether the user came on that node when it was on no other. */
    boolean cameFirstOn(NodeLife life) {
        return first && lives().getFirst().equals(life);
    }

    ClientInfo toInfo(String user) {
        return new ClientInfo(user, client, Payload.of(connInfo), Payload.of(chanInfo));
    }
}
