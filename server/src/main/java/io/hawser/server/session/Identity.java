package io.hawser.server.session;

import io.hawser.grid.delivery.Recipient;
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
 * @param device what the client calls its device, see {@link Recipient}; empty if it does not
 */
record Identity(
        String user,
        Payload connInfo,
        String region,
        String clientName,
        String clientVersion,
        String device) {
    /** Before authentication. */
    static final Identity UNKNOWN = new Identity("", Payload.EMPTY, "", "", "", "");

    /** Whose positions this client moves; the user has to have a name. */
    Recipient recipient() {
        return new Recipient(user, device);
    }

    /** What others are told about this client in a channel. */
    ClientInfo info(String client, Payload channelInfo) {
        return new ClientInfo(user, client, connInfo, channelInfo);
    }
}
