package io.hawser.server.session;

/**
 * How a client that hears by an HTTP response speaks: by requests that name its node and session.
 * Immutable.
 *
 * @param session the client's secret; empty where the transport goes both ways
 * @param node id of the node that the client hears
 */
public record Emulation(String session, String node) {
    /** There is no need for it. */
    public static final Emulation NONE = new Emulation("", "");
}
