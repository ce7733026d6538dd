package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Framing;

/**
 * How a connection wants its messages: the codec, and whether whole replies or bare pushes.
 * Immutable; one object a form, made by {@link WireForms}.
 */
record WireForm(int index, Codec codec, boolean unidirectional) {
    /** As many forms as there can be. */
    static final int COUNT = 2 * Encoding.values().length;

    // The ordinal is an index into arrays of this process; it is never stored or sent.
    @SuppressWarnings("EnumOrdinal")
    static WireForm of(Codec codec, boolean unidirectional) {
        int index = 2 * codec.encoding().ordinal() + (unidirectional ? 1 : 0);
        return new WireForm(index, codec, unidirectional);
    }

    /** How several messages share a frame. */
    Framing framing() {
        return unidirectional ? Framing.SINGLE : codec.framing();
    }
}
