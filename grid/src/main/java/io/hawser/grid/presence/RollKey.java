package io.hawser.grid.presence;

/**
 * Key of one client in one channel.
 *
 * @param node that has the client
 * @param incarnation of the node: what a former life has left is told apart
 */
record RollKey(String channel, String node, long incarnation, String client) {
    NodeLife life() {
        return new NodeLife(node, incarnation);
    }
}
