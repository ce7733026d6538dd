package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

/**
 * Hears of clients that were lost with their node and whose leaving is to be announced; each once
 * in the cluster, if no node dies while it tells. Called on a virtual thread; may block.
 */
@FunctionalInterface
public interface LostClients {
    void lost(String channel, ClientInfo client);
}
