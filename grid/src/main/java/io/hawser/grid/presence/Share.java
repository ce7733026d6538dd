package io.hawser.grid.presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How many of a channel's members one life of a node has, as the grid stores it. A plain class with
 * plain fields: Hazelcast serializes it by them. Immutable by agreement: nobody writes into the
 * arrays.
 *
 * @param version of several that a life has written the highest holds
 * @param clients that presence shows
 * @param users of these clients, each once
 * @param hidden further members, whose coming and going are told though presence does not show them
 * @param hashes see {@link UserSketch}
 * @param registers see {@link UserSketch}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; Hazelcast stores arrays as they are
record Share(long version, int clients, int users, int hidden, long[] hashes, byte[] registers) {
    static Share of(long version, int clients, int users, int hidden, UserSketch sketch) {
        return new Share(version, clients, users, hidden, sketch.hashes(), sketch.registers());
    }

    /** Members of either kind. */
    int all() {
        return clients + hidden;
    }

    /** The newer one, where two halves of a grid that was split have one each. */
    static Share newer(Share one, Share other) {
        return one.version >= other.version ? one : other;
    }

    /** All members of the channel on these nodes. */
    static int all(Collection<Share> shares) {
        return clamp(shares.stream().mapToLong(Share::all).sum());
    }

    /** How many there are on all these nodes together; a user of several nodes counts once. */
    static PresenceStats stats(Collection<Share> shares) {
        long clients = 0;
        long sum = 0;
        long most = 0;
        List<UserSketch> sketches = new ArrayList<>();
        for (Share share : shares) {
            clients += share.clients;
            sum += share.users;
            most = Math.max(most, share.users);
            if (share.users > 0) {
                sketches.add(new UserSketch(share.hashes, share.registers));
            }
        }
        // What one node has is known exactly; an estimate cannot leave what is possible.
        long users =
                sketches.size() < 2
                        ? sum
                        : Math.clamp(UserSketch.distinct(sketches), most, Math.max(most, sum));
        return new PresenceStats(clamp(clients), clamp(users));
    }

    private static int clamp(long count) {
        return (int) Math.min(Integer.MAX_VALUE, count);
    }
}
