package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;
import java.util.HexFormat;

/** What must hold for any bytes that reach a decoder. */
final class DecoderProperties {
    /** Buffers that a parser makes for itself, however short the frame. */
    private static final long MAX_FIXED_BYTES = 256 * 1024;

    /** The costliest input is an empty message of one byte, which becomes a command. */
    private static final long MAX_BYTES_PER_BYTE = 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private DecoderProperties() {}

    /** Fails if a decoder throws, says nothing about a frame, or allocates out of proportion. */
    static void check(Encoding encoding, byte[] frame) {
        try {
            checkAnswers(Codec.of(encoding), frame);
            checkAllocation(Codec.of(encoding), frame);
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

    /** The second reading loads no classes any more. */
    private static void checkAllocation(Codec codec, byte[] frame) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Decoded decoded = codec.decode(frame);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MAX_FIXED_BYTES + MAX_BYTES_PER_BYTE * frame.length) {
            throw new AssertionError(allocated + " bytes allocated for " + decoded);
        }
    }
}
