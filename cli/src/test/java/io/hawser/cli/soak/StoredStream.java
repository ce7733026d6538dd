package io.hawser.cli.soak;

import io.hawser.grid.pubsub.StreamPosition;

import java.util.List;

/**
 * What the stream of a channel has at the end. Immutable.
 *
 * @param messages in the order of the stream, the newest ones
 */
record StoredStream(StreamPosition top, List<Message> messages) {
    StoredStream {
        messages = List.copyOf(messages);
    }

    /** The offset of the oldest message that it has. */
    long first() {
        return messages.isEmpty() ? top.offset() + 1 : messages.getFirst().offset();
    }

    /** The number at that offset, which is one of {@link #first} to the top. */
    long number(long offset) {
        return messages.get(Math.toIntExact(offset - first())).number();
    }
}
