package io.hawser.grid.cluster;

import io.hawser.grid.pubsub.Payload;

/** What came from one node in a {@link Survey}. */
public sealed interface Answer {
    /** The node asked. */
    NodeId node();

    /** It answered. */
    record Given(NodeId node, Payload data) implements Answer {}

    /** It did not answer: too late, gone, no handler, or the handler failed. */
    record Missing(NodeId node, String reason) implements Answer {}
}
