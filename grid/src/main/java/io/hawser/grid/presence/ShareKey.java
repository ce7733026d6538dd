package io.hawser.grid.presence;

import com.hazelcast.partition.PartitionAware;

/**
 * Key of one life's share of a channel. All shares of a channel are in one partition, so that a
 * question about a channel asks one member.
 *
 * @param incarnation of the node: what a former life has left is told apart
 */
record ShareKey(String channel, String node, long incarnation) implements PartitionAware<String> {
    static ShareKey of(String channel, NodeLife life) {
        return new ShareKey(channel, life.node(), life.incarnation());
    }

    NodeLife life() {
        return new NodeLife(node, incarnation);
    }

    @Override
    public String getPartitionKey() {
        return channel;
    }
}
