package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Framing;

/**
 * How a connection wants its messages: the codec, whether whole replies or bare pushes, and how
 * they are packed. Immutable.
 *
 * @param index below {@link #COUNT}; equal forms have the same
 */
record WireForm(int index, Codec codec, boolean unidirectional, Packing packing) {
    /** As many ways as there can be to write a message, however it is packed. */
    static final int MESSAGES = 2 * Encoding.values().length;

    /** As many forms as there can be. */
    static final int COUNT = MESSAGES * Packing.values().length;

    /** That of a WebSocket. */
    static WireForm of(Codec codec, boolean unidirectional) {
        return of(codec, unidirectional, Packing.FRAMES);
    }

    // The ordinals make an index into arrays of this process; it is never stored or sent.
    @SuppressWarnings("EnumOrdinal")
    static WireForm of(Codec codec, boolean unidirectional, Packing packing) {
        int message = 2 * codec.encoding().ordinal() + (unidirectional ? 1 : 0);
        return new WireForm(MESSAGES * packing.ordinal() + message, codec, unidirectional, packing);
    }

    /** Below {@link #MESSAGES}; the same for forms that differ in their packing only. */
    int messageIndex() {
        return index % MESSAGES;
    }

    /** How several messages share a frame. */
    Framing framing() {
        return unidirectional ? Framing.SINGLE : codec.framing();
    }
}
