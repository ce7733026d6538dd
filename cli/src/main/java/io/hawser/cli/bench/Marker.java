package io.hawser.cli.bench;

import java.util.Arrays;

/**
 * What a payload says about itself: {@code @@}, then the run, publisher, channel, sequence and time
 * as hexadecimal digits of fixed width, then {@code @@}. It survives every encoding, and is found
 * by its first bytes without decoding what is around it. For one thread; an object holds the last
 * one read.
 *
 * <p>Times are {@link System#nanoTime()}, which on one machine is the same clock in all processes
 * (CLOCK_MONOTONIC).
 */
final class Marker {
    static final int LENGTH = 46;

    private static final byte AT = '@';
    private static final int RUN = 2;
    private static final int PUBLISHER = 10;
    private static final int CHANNEL = 14;
    private static final int SEQUENCE = 20;
    private static final int TIME = 28;
    private static final int END = 44;
    private static final byte[] DIGITS = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final byte[] VALUES = values();

    /** Its bytes; the same marker comes once for each subscriber, and is then not read again. */
    private final byte[] last = new byte[LENGTH];

    private int run;
    private int publisher;
    private int channel;
    private int sequence;
    private long timeNs;

    /** Where it was found, counted from where the search began. */
    private int hint;

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        for (byte value = 0; value < DIGITS.length; value++) {
            values[DIGITS[value]] = value;
        }
        return values;
    }

    /** Writes one; {@link #patch} fills in the rest. */
    static void write(byte[] bytes, int at, int run, int publisher, int channel) {
        Arrays.fill(bytes, at, at + LENGTH, AT);
        hex(bytes, at + RUN, PUBLISHER - RUN, run);
        hex(bytes, at + PUBLISHER, CHANNEL - PUBLISHER, publisher);
        hex(bytes, at + CHANNEL, SEQUENCE - CHANNEL, channel);
        patch(bytes, at, 0, 0);
    }

    static void patch(byte[] bytes, int at, int sequence, long timeNs) {
        hex(bytes, at + SEQUENCE, TIME - SEQUENCE, sequence);
        hex(bytes, at + TIME, END - TIME, timeNs);
    }

    private static void hex(byte[] bytes, int at, int digits, long value) {
        long left = value;
        for (int i = at + digits - 1; i >= at; i--) {
            bytes[i] = DIGITS[(int) left & 0xf];
            left >>>= 4;
        }
    }

    /** Looks for a marker and reads it; false if there is none. */
    boolean find(byte[] bytes, int from, int to) {
        if (at(bytes, from + hint, to)) {
            return true;
        }
        int at = ByteScan.indexOf(bytes, from, to, AT);
        while (at < to) {
            if (at(bytes, at, to)) {
                hint = at - from;
                return true;
            }
            at = ByteScan.indexOf(bytes, at + 1, to, AT);
        }
        return false;
    }

    private boolean at(byte[] bytes, int at, int to) {
        if (at + LENGTH > to || bytes[at] != AT || bytes[at + 1] != AT) {
            return false;
        }
        if (Arrays.equals(bytes, at, at + LENGTH, last, 0, LENGTH)) {
            return true;
        }
        return bytes[at + END] == AT && bytes[at + END + 1] == AT && read(bytes, at);
    }

    private boolean read(byte[] bytes, int at) {
        for (int i = at + RUN; i < at + END; i++) {
            if (VALUES[bytes[i] & 0xff] < 0) {
                return false;
            }
        }
        System.arraycopy(bytes, at, last, 0, LENGTH);
        run = (int) number(RUN, PUBLISHER);
        publisher = (int) number(PUBLISHER, CHANNEL);
        channel = (int) number(CHANNEL, SEQUENCE);
        sequence = (int) number(SEQUENCE, TIME);
        timeNs = number(TIME, END);
        return true;
    }

    private long number(int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = (value << 4) | VALUES[last[i] & 0xff];
        }
        return value;
    }

    int run() {
        return run;
    }

    int publisher() {
        return publisher;
    }

    int channel() {
        return channel;
    }

    int sequence() {
        return sequence;
    }

    long timeNs() {
        return timeNs;
    }
}
