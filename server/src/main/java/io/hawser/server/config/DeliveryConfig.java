package io.hawser.server.config;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.config.ChannelOptions.Ack;
import io.hawser.server.config.ChannelOptions.DataFormat;
import io.hawser.server.config.ChannelOptions.SlowConsumer;

import java.time.Duration;

/** What users have acknowledged, and what waits for those who are away. Immutable. */
public record DeliveryConfig(
        @Key(
                        doc =
                                "How long after its last use the position of a user in a channel with ack:"
                                        + " subscriber is kept. A user who comes back later begins at the"
                                        + " newest publication, as a new one does.",
                        byDefault = "30d",
                        min = "1m",
                        max = "3650d")
                Duration positionTtl,
        @Key(
                        doc =
                                "Positions of one user at most; a subscribe to one channel more gets error"
                                        + " 106.",
                        byDefault = "1000",
                        unit = "positions",
                        min = "1",
                        max = "10000")
                int positionsPerUser,
        @Key(
                        doc =
                                "Messages that wait for one user at most, the newest ones; 0 for no queues."
                                        + " With queues every connection of a user is subscribed to the"
                                        + " user's own.",
                        byDefault = "0",
                        unit = "messages",
                        min = "0",
                        max = "100000")
                int queueLimit,
        @Key(
                        doc = "How long after the last message a user's queue is kept.",
                        byDefault = "7d",
                        min = "1s",
                        max = "365d")
                Duration queueTtl) {

    /** How much longer a queue's position is known than its messages. */
    private static final Duration META_BEYOND = Duration.ofDays(30);

    /** A queue has neither presence nor joins; the least that both limits take. */
    private static final int NOBODY_SHOWN = 1;

    public DeliveryConfig {
        Checks.of(DeliveryConfig.class, positionTtl, positionsPerUser, queueLimit, queueTtl).done();
    }

    /** Whether users have queues. */
    public boolean hasQueues() {
        return queueLimit > 0;
    }

    /** How the channels behave that are the queues. */
    NamespaceConfig queues() {
        return new NamespaceConfig(
                UserQueue.NAMESPACE,
                new ChannelOptions(
                        false,
                        false,
                        false,
                        false,
                        NOBODY_SHOWN,
                        NOBODY_SHOWN,
                        queueLimit,
                        queueTtl,
                        queueTtl.plus(META_BEYOND),
                        true,
                        false,
                        false,
                        false,
                        false,
                        false,
                        false,
                        DataFormat.JSON,
                        SlowConsumer.DISCONNECT,
                        Priority.NORMAL,
                        0,
                        false,
                        false,
                        Ack.SUBSCRIBER));
    }
}
