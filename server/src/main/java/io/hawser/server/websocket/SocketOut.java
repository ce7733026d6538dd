package io.hawser.server.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The way out of a socket. For the socket's I/O thread. */
public interface SocketOut {
    /**
     * Writes what the socket takes at once of {@code buffers}, which must hold whole frames, or the
     * rest of some. Never blocks.
     *
     * @return bytes written
     * @throws IOException if the connection is broken; {@link #terminate} is then due
     */
    long write(ByteBuffer[] buffers, int count) throws IOException;

    /** As {@link #write(ByteBuffer[], int)}, for one buffer. */
    int write(ByteBuffer buffer) throws IOException;

    /** Asks for {@link SocketOwner#writable} once the socket takes bytes again. */
    void awaitWritable();

    /**
     * Closes the TCP connection and tells the endpoint. Nothing is written any more.
     *
     * @param abort throw away what the kernel holds for a peer that does not read
     */
    void terminate(boolean abort);

    /** The owner has sent a close frame: the peer's own is awaited now. */
    void closing();
}
