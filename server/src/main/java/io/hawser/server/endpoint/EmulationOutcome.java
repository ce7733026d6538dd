package io.hawser.server.endpoint;

/** What became of commands that were to reach a connection by way of its node. */
public enum EmulationOutcome {
    /** The connection has them. */
    DELIVERED,
    /** The node has no connection with that secret, or no longer. */
    UNKNOWN_SESSION,
    /** There is no such node, or no longer. */
    UNKNOWN_NODE,
    /** The node has not answered, or too much is under way: nobody knows whether it has them. */
    UNANSWERED
}
