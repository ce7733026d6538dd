package io.hawser.grid.pubsub;

import java.security.SecureRandom;

/** Makes names for the lives of streams. Thread-safe. */
final class Epochs {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 8;
    private static final SecureRandom random = new SecureRandom();

    private Epochs() {}

    /** Eight random letters and digits (47 bits). */
    static String next() {
        StringBuilder epoch = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            epoch.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return epoch.toString();
    }
}
