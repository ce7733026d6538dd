package io.hawser.grid.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes names for the lives of streams: when it began (milliseconds since 1970 in base 36, eight
 * digits, or just after the one that it follows) and four random digits. They need to differ, and
 * are no secrets: each publication proposes one. That they have an order shows if a stream goes
 * back to a life that was given up, as a second older dump does. Names of eight characters, as
 * older versions made them, have none. Thread-safe.
 */
public final class Epochs {
    private static final int RADIX = 36;
    private static final int TIME = 8;
    private static final int RANDOM = 4;
    private static final long LAST = 2_821_109_907_455L; // eight times z, in the year 2059
    private static final int LENGTH = TIME + RANDOM;
    private static final int RANDOMS = RADIX * RADIX * RADIX * RADIX;

    private Epochs() {}

    /** Where no other was heard of. */
    public static String next() {
        return next("");
    }

    /** After the one that was heard of last, whatever the clocks say; it may be empty. */
    public static String next(String known) {
        long time = Math.max(System.currentTimeMillis(), timeOf(known) + 1);
        byte[] name = new byte[LENGTH];
        put(name, 0, TIME, Math.min(time, LAST));
        put(name, TIME, RANDOM, ThreadLocalRandom.current().nextInt(RANDOMS));
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] into, int from, int digits, long number) {
        long left = number;
        for (int at = from + digits - 1; at >= from; at--) {
            into[at] = (byte) Character.forDigit((int) (left % RADIX), RADIX);
            left /= RADIX;
        }
    }

    /** Whether it is known to have begun before the other one. */
    public static boolean isOlder(String epoch, String than) {
        long time = timeOf(epoch);
        return time >= 0 && time < timeOf(than);
    }

    private static long timeOf(String epoch) {
        if (epoch.length() != LENGTH) {
            return -1;
        }
        try {
            return Long.parseLong(epoch, 0, TIME, RADIX);
        } catch (NumberFormatException e) {
            return -1; // not one of ours
        }
    }
}
