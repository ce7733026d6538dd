package io.hawser.server.order;

/** What a node says to an order. */
public sealed interface OrderOutcome {
    /** It has begun, or was so already. */
    record Accepted() implements OrderOutcome {}

    /** It does not do it; {@code why} is for people. */
    record Refused(String why) implements OrderOutcome {}
}
