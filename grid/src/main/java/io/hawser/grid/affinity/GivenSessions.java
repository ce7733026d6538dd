package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeId;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Session ids that nodes give. Each names its node, so that whoever shows it comes back there
 * without the grid having been told of the session: most are never shown again. Whoever has one
 * gets what is kept of the session, so nobody can guess one. Stateless, thread-safe.
 */
public final class GivenSessions {
    /** Between the node and what cannot be guessed; not in a node's name. */
    private static final char SEPARATOR = '~';

    private static final int BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private GivenSessions() {}

    /** A new one of this node: its name and 128 random bits, {@code n1~…}, 24 to 87 characters. */
    public static String newId(NodeId node) {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return node.value()
                + SEPARATOR
                + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Name of the node that gave it; empty if it was made by the client. */
    static String giver(String session) {
        int end = session.indexOf(SEPARATOR);
        return end < 0 ? "" : session.substring(0, end);
    }
}
