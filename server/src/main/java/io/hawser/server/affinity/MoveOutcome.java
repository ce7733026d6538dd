package io.hawser.server.affinity;

/**
 * What became of the wish to move a client.
 *
 * @param kind how it went
 * @param user the client's user; empty for an anonymous one, or if it was not found
 * @param from node that the client was connected to; empty if it was not found
 */
public record MoveOutcome(Kind kind, String user, String from) {
    /** How it went. */
    public enum Kind {
        /** It belongs there now, and was told to reconnect. */
        MOVED,
        /** It is there, and belongs there now. */
        ALREADY_THERE,
        /** No node has a client of that id, or none that has it answers. */
        NO_SUCH_CLIENT,
        /** The strategy remembers no nodes. */
        NOT_REMEMBERED,
        /** The node takes no clients now, or the strategy wants the client elsewhere. */
        NOT_A_HOME,
        /** The grid did not take it. */
        FAILED
    }

    static MoveOutcome noSuchClient() {
        return new MoveOutcome(Kind.NO_SUCH_CLIENT, "", "");
    }
}
