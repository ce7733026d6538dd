package io.hawser.server.delta;

import java.util.Arrays;

/** The commands of one delta, one after the other. Used by one thread. */
final class DeltaWriter {
    private final byte[] target;
    private final byte[] out;
    private int length;

    DeltaWriter(byte[] target) {
        this.target = target;
        // A copy is written only where it saves bytes, so one insert of all is the longest.
        this.out = new byte[target.length + 3 * (Digits.MAX_WIDTH + 1)];
        number(target.length);
        symbol('\n');
    }

    /**
     * If a copy is shorter than the bytes it stands for, even when it splits an insert in two. This
     * is what bounds the length of a delta.
     */
    boolean pays(int offset, int count) {
        int copy = Digits.width(count) + 1 + Digits.width(offset) + 1;
        int insert = Digits.width(target.length) + 1;
        return count > copy + insert;
    }

    void copy(int offset, int count) {
        if (count > 0) {
            number(count);
            symbol('@');
            number(offset);
            symbol(',');
        }
    }

    /** Adds the bytes of the target from {@code from} to before {@code to}. */
    void insert(int from, int to) {
        int count = to - from;
        if (count > 0) {
            number(count);
            symbol(':');
            System.arraycopy(target, from, out, length, count);
            length += count;
        }
    }

    byte[] finish() {
        number(DeltaChecksum.of(target));
        symbol(';');
        return Arrays.copyOf(out, length);
    }

    private void symbol(char symbol) {
        out[length++] = (byte) symbol;
    }

    private void number(int unsigned) {
        int end = length + Digits.width(unsigned);
        int rest = unsigned;
        for (int at = end - 1; at >= length; at--) {
            out[at] = Digits.symbol(rest);
            rest >>>= Digits.BITS;
        }
        length = end;
    }
}
