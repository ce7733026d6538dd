package io.hawser.server.protocol;

/** The answer to one {@link Command}. Immutable, thread-safe. */
public sealed interface Reply {
    /** Id of the command, uint32 held in an int, never 0. */
    int id();

    /** The command was carried out. */
    record Success(int id, Result result) implements Reply {
        public Success {
            requireId(id);
        }
    }

    /** The command was refused or failed; the connection goes on. */
    record Failure(int id, ErrorCode error) implements Reply {
        public Failure {
            requireId(id);
        }
    }

    /** A reply without an id would be taken for a ping. */
    private static void requireId(int id) {
        if (id == 0) {
            throw new IllegalArgumentException("a reply needs the id of its command");
        }
    }
}
