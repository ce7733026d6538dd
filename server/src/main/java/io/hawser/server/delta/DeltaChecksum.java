package io.hawser.server.delta;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The checksum of a target: the sum of its big-endian words of 32 bits, the last filled with 0. */
final class DeltaChecksum {
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private DeltaChecksum() {}

    static int of(byte[] bytes) {
        int sum = 0;
        int at = 0;
        for (; at + Integer.BYTES <= bytes.length; at += Integer.BYTES) {
            sum += (int) WORDS.get(bytes, at);
        }
        for (int shift = 24; at < bytes.length; at++, shift -= Byte.SIZE) {
            sum += (bytes[at] & 0xff) << shift;
        }
        return sum;
    }
}
