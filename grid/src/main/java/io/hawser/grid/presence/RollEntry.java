package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

/**
 * A client whose leaving others must tell if its node is lost, as the grid stores it. A plain class
 * with plain fields: Hazelcast serializes it by them. Immutable by agreement: nobody writes into
 * the arrays.
 *
 * @param announceUpTo members of the channel up to which it is told
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; Hazelcast stores arrays as they are
record RollEntry(String user, byte[] connInfo, byte[] chanInfo, int announceUpTo) {
    static RollEntry of(Member member) {
        ClientInfo info = member.info();
        return new RollEntry(
                info.user(),
                info.connInfo().bytes(),
                info.chanInfo().bytes(),
                member.announceUpTo());
    }

    ClientInfo toInfo(String client) {
        return new ClientInfo(user, client, Payload.of(connInfo), Payload.of(chanInfo));
    }
}
