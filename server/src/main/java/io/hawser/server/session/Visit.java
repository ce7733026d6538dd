package io.hawser.server.session;

/**
 * What a handshake told of its client. Immutable, thread-safe.
 *
 * @param session id by which the client can be known again; empty if it has none
 * @param fresh whether the id was given with this handshake: the client has not shown yet that it
 *     repeats it
 * @param region where the client is, by a header; empty if nobody says
 */
public record Visit(String session, boolean fresh, String region) {
    /** Nothing but the client itself. */
    public static final Visit PLAIN = new Visit("", false, "");
}
