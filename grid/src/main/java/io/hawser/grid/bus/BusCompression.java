package io.hawser.grid.bus;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes as their length (4, big-endian) and an <a
 * href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">LZ4 block</a>. The code is
 * Java that checks its bounds: what lies in Redis is not trusted with our memory. Stateless,
 * thread-safe.
 */
final class BusCompression {
    /** Nothing longer is compressed, or made again from what claims to be. */
    static final int MAX_BYTES = 64 << 20;

    /** A byte of a block stands for 255 at most. */
    private static final int MAX_RATIO = 255;

    private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
    private static final LZ4SafeDecompressor DECOMPRESSOR =
            LZ4Factory.safeInstance().safeDecompressor();

    private BusCompression() {}

    /** What is in {@code bytes} behind {@code from}, compressed; null if that is not shorter. */
    static byte @Nullable [] compress(byte[] bytes, int from) {
        int length = bytes.length - from;
        if (length > MAX_BYTES) {
            return null;
        }
        byte[] out = new byte[Integer.BYTES + COMPRESSOR.maxCompressedLength(length)];
        int size =
                Integer.BYTES
                        + COMPRESSOR.compress(
                                bytes,
                                from,
                                length,
                                out,
                                Integer.BYTES,
                                out.length - Integer.BYTES);
        ByteBuffer.wrap(out).putInt(length);
        return size < length ? Arrays.copyOf(out, size) : null;
    }

    /**
     * Makes again what was compressed; takes all that is left in {@code in}, which has an array.
     * The memory this needs is bounded by what has come, whatever length it claims.
     *
     * @throws BusFrameException if it is nothing that {@link #compress} makes
     * @throws java.nio.BufferUnderflowException if it ends within its length
     */
    static ByteBuffer decompress(ByteBuffer in) {
        int length = in.getInt();
        int compressed = in.remaining();
        boolean possible =
                length > compressed
                        && length <= MAX_BYTES
                        && length <= (long) compressed * MAX_RATIO;
        if (!possible) {
            throw new BusFrameException("length " + length + " of " + compressed + " compressed");
        }
        byte[] out = new byte[length];
        try {
            int written =
                    DECOMPRESSOR.decompress(
                            in.array(),
                            in.arrayOffset() + in.position(),
                            compressed,
                            out,
                            0,
                            length);
            if (written != length) {
                throw new BusFrameException("length " + length + ", but there are " + written);
            }
        } catch (LZ4Exception e) {
            throw new BusFrameException("compressed bytes that are none");
        }
        return ByteBuffer.wrap(out);
    }
}
