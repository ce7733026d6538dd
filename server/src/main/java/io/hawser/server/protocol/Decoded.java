package io.hawser.server.protocol;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;

/**
 * What a frame from a client held. Immutable, thread-safe.
 *
 * @param commands in their order; with a problem, those before it. They are to be carried out in
 *     any case
 * @param problem what is wrong with the frame behind the last command, for logs: the connection is
 *     then to be closed with {@link Disconnect#BAD_REQUEST}; null if nothing is
 */
public record Decoded(List<Command> commands, @Nullable String problem) {

    /** A frame that was read to its end; an empty one is no frame of the protocol. */
    static Decoded all(List<Command> commands) {
        return new Decoded(
                Collections.unmodifiableList(commands), commands.isEmpty() ? "no command" : null);
    }

    /** A frame that went wrong behind {@code commands}. */
    static Decoded upTo(List<Command> commands, BadFrameException problem) {
        return new Decoded(Collections.unmodifiableList(commands), problem.getMessage());
    }
}
