package io.hawser.grid.pubsub;

/**
 * One who waits for {@link Hub#subscribe}. Both methods run on the channel's lane; neither may
 * block.
 */
public interface Subscriber {
    /** Subscribed: from the next call of the {@link Sink} on, the channel is this one's too. */
    void joined(JoinResult result);

    /** Not subscribed. */
    void failed(BrokerException why);
}
