package io.hawser.server.delta;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers as deltas write them: unsigned, base 64, most significant digit first. */
final class Digits {
    static final int BITS = 6;

    /** Digits of the longest number, one of 32 bits. */
    static final int MAX_WIDTH = 6;

    private static final byte[] SYMBOLS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] VALUES = values();

    private Digits() {}

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int value = 0; value < SYMBOLS.length; value++) {
            values[SYMBOLS[value]] = (byte) value;
        }
        return values;
    }

    /** How many digits a number takes. */
    static int width(int unsigned) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(unsigned | 1);
        return (bits + BITS - 1) / BITS;
    }

    /** The last digit of a number. */
    static byte symbol(int unsigned) {
        return SYMBOLS[unsigned & 63];
    }

    /** What a digit stands for, or -1 if it is none. */
    static int value(byte symbol) {
        return symbol < 0 ? -1 : VALUES[symbol];
    }
}
