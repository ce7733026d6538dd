package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

/**
 * A client of this node in a channel.
 *
 * @param announceLeave whether others are to be told if it is lost
 */
record Member(ClientInfo info, boolean announceLeave) {}
