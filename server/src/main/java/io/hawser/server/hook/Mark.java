package io.hawser.server.hook;

/**
 * What the node that sends a {@link Post}'s letters tells the others, so that each of them could go
 * on in its place. Immutable.
 */
public sealed interface Mark {
    /** A letter was taken. */
    record Sent(String id) implements Mark {}

    /** A letter was given up. */
    record Dead(Letter letter) implements Mark {}

    /** A letter that was given up is to be sent once more. */
    record Retry(Letter letter) implements Mark {}
}
