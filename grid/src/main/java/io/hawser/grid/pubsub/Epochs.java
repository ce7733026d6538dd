package io.hawser.grid.pubsub;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes names for the lives of streams. They need to differ, and are no secrets: each publication
 * proposes one. Thread-safe.
 */
final class Epochs {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 8;

    private Epochs() {}

    /** Eight random letters and digits (47 bits). */
    static String next() {
        long random = ThreadLocalRandom.current().nextLong() >>> 1;
        StringBuilder epoch = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            epoch.append(LETTERS.charAt((int) (random % LETTERS.length())));
            random /= LETTERS.length();
        }
        return epoch.toString();
    }
}
