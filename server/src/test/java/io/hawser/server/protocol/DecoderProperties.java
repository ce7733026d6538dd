package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;

/** What must hold for any bytes that reach a decoder. */
final class DecoderProperties {
    private DecoderProperties() {}

    /** Fails if a decoder throws, says nothing about a frame, or allocates out of proportion. */
    static void check(Encoding encoding, byte[] frame) {
        try {
            checkAnswers(Codec.of(encoding), frame);
            Allocation.check(frame.length, () -> Codec.of(encoding).decode(frame));
        } catch (Throwable e) {
            throw new AssertionError(encoding + " " + HexFormat.of().formatHex(frame), e);
        }
    }

    private static void checkAnswers(Codec codec, byte[] frame) {
        Decoded decoded = codec.decode(frame);
        assertThat(decoded.problem() != null || !decoded.commands().isEmpty()).isTrue();
        try {
            codec.decodeConnect(frame);
        } catch (BadFrameException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
