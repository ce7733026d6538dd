package io.hawser.server.endpoint;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.Emulation;
import io.hawser.server.uring.Descriptors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a connection needs from its socket: a way for bytes, and an end. Everything is called on the
 * connection's I/O thread; nothing blocks.
 */
interface Wire {
    /**
     * Writes what the socket takes at once of {@code buffers}, which hold whole frames, or the rest
     * of some.
     *
     * @return bytes written; less than there are means that {@link #awaitWritable} is due
     * @throws IOException if the socket is broken; {@link #terminate} is then due
     */
    long write(ByteBuffer[] buffers, int count) throws IOException;

    /** As {@link #write(ByteBuffer[], int)}, for one buffer. */
    int write(ByteBuffer buffer) throws IOException;

    /**
     * The socket's descriptor, for a {@link io.hawser.server.uring.SendRing}; it is not closed
     * before {@link ClientConnection#closed} was called.
     *
     * @return {@link Descriptors#NONE} if only this may write to it
     */
    default int descriptor() {
        return Descriptors.NONE;
    }

    /**
     * Whether the first frame that a write just left unwritten has to be the next one all the same,
     * since its length is announced already.
     */
    default boolean announcedNext() {
        return false;
    }

    /** Asks for {@link ClientConnection#writable} once the socket takes bytes again. */
    void awaitWritable();

    /**
     * Nothing but the end comes now.
     *
     * @return the last bytes to write, which the peer answers; null if it has no answer to give:
     *     {@link #terminate} is then due as soon as everything is written
     */
    byte @Nullable [] goodbye(Disconnect reason);

    /**
     * Ends it, and calls {@link ClientConnection#closed}. Nothing is written any more.
     *
     * @param abort throw away what the kernel holds for a peer that does not read
     */
    void terminate(boolean abort);

    /** How the client speaks, if not here. */
    Emulation emulation();
}
