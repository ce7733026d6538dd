package io.hawser.cli.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Finds bytes in arrays, eight at a time. Stateless. */
final class ByteScan {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private ByteScan() {}

    /** Where {@code wanted} first is in {@code from <= i < to}; {@code to} if nowhere. */
    static int indexOf(byte[] bytes, int from, int to, byte wanted) {
        long pattern = ONES * (wanted & 0xff);
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long difference = (long) LONG.get(bytes, at) ^ pattern;
            // The lowest set bit marks the first byte that is zero, which is all we look at.
            long zero = (difference - ONES) & ~difference & HIGH_BITS;
            if (zero != 0) {
                return at + Long.numberOfTrailingZeros(zero) / Byte.SIZE;
            }
        }
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    /** Where {@code wanted} first is; -1 if nowhere. */
    static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
        int last = to - wanted.length;
        int at = indexOf(bytes, from, to, wanted[0]);
        while (at <= last) {
            if (startsWith(bytes, at, to, wanted)) {
                return at;
            }
            at = indexOf(bytes, at + 1, to, wanted[0]);
        }
        return -1;
    }

    static boolean startsWith(byte[] bytes, int from, int to, byte[] wanted) {
        return to - from >= wanted.length
                && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
    }
}
