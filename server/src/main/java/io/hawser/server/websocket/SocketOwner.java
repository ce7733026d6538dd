package io.hawser.server.websocket;

/**
 * Who decides what leaves a socket, and when. Without locks: all calls come on the socket's I/O
 * thread.
 */
public interface SocketOwner {
    /** Sends a whole frame after what waits already. */
    void send(byte[] frame);

    /**
     * Sends a last frame, because the peer broke the protocol: it may be sending still. The owner
     * calls {@link SocketSession#terminate} if the peer does not close within some seconds.
     */
    void fail(byte[] frame);

    /**
     * Sends a last frame after what waits already.
     *
     * @param answer it answers the peer's close: the owner calls {@link SocketSession#terminate}
     *     once it has gone out. Else it begins our own, and the peer's answer is awaited for some
     *     seconds.
     */
    void sendLast(byte[] frame, boolean answer);

    /** A pong frame has come. */
    void pong();

    /** The socket takes bytes again, after {@link SocketSession#awaitWritable}. */
    void writable();

    /**
     * What had come of this socket is served, as far as it goes in one turn; the next one's is
     * next.
     */
    void turnEnded();
}
