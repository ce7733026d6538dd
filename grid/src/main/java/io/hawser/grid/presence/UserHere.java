package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

/**
 * A user with clients on this node, in a channel.
 *
 * @param info of the client that came last; its user's going is told with it if the node is lost
 * @param announceUpTo members of the channel up to which it is told
 */
record UserHere(ClientInfo info, int announceUpTo) {}
