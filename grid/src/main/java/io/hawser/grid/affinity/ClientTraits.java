package io.hawser.grid.affinity;

/**
 * What is known of a client when its node is asked for. Immutable, thread-safe.
 *
 * @param user the user; empty for an anonymous one
 * @param session id by which the client can be known again; empty if it has none
 * @param region where it is, by its token, a header or its address; empty if nobody knows
 * @param address its IP address; empty if it is not known
 */
public record ClientTraits(String user, String session, String region, String address) {
    /** A user of whom nothing else is known, as for a question by an administrator. */
    public static ClientTraits ofUser(String user) {
        return new ClientTraits(user, "", "", "");
    }
}
