package io.hawser.grid.presence;

import com.hazelcast.partition.PartitionAware;

/**
 * Key of one client in one channel. All of a channel is in one partition, so that a question about
 * a channel asks one member.
 *
 * @param node that has the client
 * @param incarnation of the node: what a former life has left is told apart
 */
record PresenceKey(String channel, String node, long incarnation, String client)
        implements PartitionAware<String> {
    @Override
    public String getPartitionKey() {
        return channel;
    }
}
