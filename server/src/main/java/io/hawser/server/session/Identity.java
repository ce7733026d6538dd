package io.hawser.server.session;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

/**
 * Who a client is. Immutable, thread-safe.
 *
 * @param user the user's id; empty before authentication and for an anonymous user
 * @param connInfo what others are told about the connection; may be empty
 * @param region where the client is, as its token says; empty if it does not
 * @param clientName how the client program calls itself; may be empty
 * @param clientVersion version of the client program, as it says; may be empty
 */
record Identity(
        String user, Payload connInfo, String region, String clientName, String clientVersion) {
    /** Before authentication. */
    static final Identity UNKNOWN = new Identity("", Payload.EMPTY, "", "", "");

    /** What others are told about this client in a channel. */
    ClientInfo info(String client, Payload channelInfo) {
        return new ClientInfo(user, client, connInfo, channelInfo);
    }
}
