package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

/**
 * A client in a channel, as the grid stores it. A plain class with plain fields: Hazelcast
 * serializes it by them. Immutable by agreement: nobody writes into the arrays.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; Hazelcast stores arrays as they are
record PresenceEntry(String user, byte[] connInfo, byte[] chanInfo, boolean announceLeave) {
    static PresenceEntry of(Member member) {
        ClientInfo info = member.info();
        return new PresenceEntry(
                info.user(),
                info.connInfo().bytes(),
                info.chanInfo().bytes(),
                member.announceLeave());
    }

    ClientInfo toInfo(String client) {
        return new ClientInfo(user, client, Payload.of(connInfo), Payload.of(chanInfo));
    }
}
