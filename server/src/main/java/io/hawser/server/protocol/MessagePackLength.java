package io.hawser.server.protocol;

import org.msgpack.core.MessageUnpacker;

/** Lengths that a MessagePack frame declares. */
final class MessagePackLength {
    private MessagePackLength() {}

    /**
     * Checks that a value which takes {@code bytes} at least can still be in the frame.
     *
     * @param size of the whole frame, in bytes
     */
    static void require(long bytes, MessageUnpacker in, int size) throws BadFrameException {
        if (bytes > size - in.getTotalReadBytes()) {
            throw new BadFrameException("a length beyond the frame");
        }
    }
}
