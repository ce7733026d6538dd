package io.hawser.server.delta;

import java.util.Optional;

/**
 * Deltas in the format of the Fossil version control system, which clients apply to the publication
 * before. If the target is valid UTF-8 then so is the delta: no copy splits a character. Stateless,
 * thread-safe; the arrays given are only read.
 *
 * @see <a href="https://fossil-scm.org/home/doc/tip/www/delta_format.wiki">the format</a>
 */
public final class FossilDelta {
    /** Most bytes of a source or a target. */
    public static final int MAX_BYTES = 64 << 20;

    private FossilDelta() {}

    /**
     * What makes {@code target} of {@code source}. At most 21 bytes longer than the target. Time
     * grows linearly with both lengths; memory is that of the target and at most 768 KiB.
     *
     * @throws IllegalArgumentException if either is longer than {@link #MAX_BYTES}
     */
    public static byte[] create(byte[] source, byte[] target) {
        checkLength("source", source);
        checkLength("target", target);
        return new DeltaEncoder(source, target).encode();
    }

    /**
     * The delta if sending it is worth it. Empty if it would not be shorter than the target, which
     * is then better sent whole.
     *
     * @throws IllegalArgumentException if either is longer than {@link #MAX_BYTES}
     */
    public static Optional<byte[]> createIfShorter(byte[] source, byte[] target) {
        byte[] delta = create(source, target);
        return delta.length < target.length ? Optional.of(delta) : Optional.empty();
    }

    /**
     * The target that a delta makes of its source.
     *
     * @throws BadDeltaException if it is no delta, belongs to another source, or makes more than
     *     {@link #MAX_BYTES}
     */
    public static byte[] apply(byte[] source, byte[] delta) throws BadDeltaException {
        return new DeltaDecoder(source, delta).decode();
    }

    private static void checkLength(String name, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(name + " of " + bytes.length + " bytes");
        }
    }
}
