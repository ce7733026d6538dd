package io.hawser.cli.demo;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The secrets of one run, made anew each time. Immutable.
 *
 * @param token signs connection tokens
 * @param apiKey opens the admin ports
 * @param grid shared by the nodes
 */
public record DemoSecrets(String token, String apiKey, String grid) {
    private static final int BYTES = 32;

    /** New ones. */
    public static DemoSecrets random() {
        var random = new SecureRandom();
        return new DemoSecrets(secret(random), secret(random), secret(random));
    }

    private static String secret(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Never prints them. */
    @Override
    public String toString() {
        return "DemoSecrets[…]";
    }
}
