package io.hawser.server.delta;

/**
 * Where a source has which 16 bytes, for blocks that do not overlap. Blocks are found by a hash
 * that rolls over the target one byte at a time. Used by one thread.
 */
final class BlockIndex {
    static final int BLOCK = 16;

    /**
     * How many blocks of one hash are looked at, so that a source of equal blocks costs no more.
     */
    static final int MAX_CANDIDATES = 32;

    /** Longer sources have only every second, fourth, ... block in the index. */
    private static final int MAX_BLOCKS = 1 << 16;

    private static final int BASE = 0x0100_0193;

    private static final int BASE_TO_BLOCK = power(BASE, BLOCK);

    /** 2^32 divided by the golden ratio: spreads hashes over the table's size. */
    private static final int SPREAD = 0x9E37_79B1;

    private final int stride;
    private final int shift;

    /** Number of the first block of each slot, plus 1; 0 if there is none. */
    private final int[] first;

    /** Number of the block after each in its slot, plus 1; 0 if it is the last. */
    private final int[] next;

    BlockIndex(byte[] source) {
        int spacing = BLOCK;
        while (source.length / spacing > MAX_BLOCKS) {
            spacing *= 2;
        }
        stride = spacing;
        int blocks = (source.length - BLOCK) / stride + 1;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(blocks);
        shift = Integer.SIZE - bits;
        first = new int[1 << bits];
        next = new int[blocks];
        // From the end, so that the earliest block is found first: it has the shortest offset.
        for (int block = blocks - 1; block >= 0; block--) {
            int slot = slot(hash(source, block * stride));
            next[block] = first[slot];
            first[slot] = block + 1;
        }
    }

    private static int power(int base, int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= base;
        }
        return power;
    }

    static int hash(byte[] bytes, int from) {
        int hash = 0;
        for (int at = from; at < from + BLOCK; at++) {
            hash = hash * BASE + bytes[at];
        }
        return hash;
    }

    /** The hash of the block one byte further. */
    static int roll(int hash, byte leaves, byte enters) {
        return hash * BASE + enters - leaves * BASE_TO_BLOCK;
    }

    /** The first block that may have this hash, or -1. */
    int candidate(int hash) {
        return first[slot(hash)] - 1;
    }

    /** The next one like {@code block}, or -1. */
    int after(int block) {
        return next[block] - 1;
    }

    /** Where a block starts in the source, in bytes. */
    int offset(int block) {
        return block * stride;
    }

    private int slot(int hash) {
        return (hash * SPREAD) >>> shift;
    }
}
