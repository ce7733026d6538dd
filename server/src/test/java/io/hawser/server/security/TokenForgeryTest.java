package io.hawser.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;

/**
 * Random tokens: none may throw, none that we did not sign may pass. A failure names its seed;
 * {@code -Dtest.seed=} repeats it.
 */
class TokenForgeryTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final String GOOD = NimbusTokens.hs256("{\"sub\":\"ann\",\"info\":{\"a\":1}}");
    private static final int TRIES = 500;

    private final TokenVerifier verifier = new TokenVerifier(NimbusTokens.SECRET, null, null);
    private final long seed = Long.getLong("test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void randomTextIsNeverValid() {
        for (int i = 0; i < TRIES; i++) {
            assertInvalid(text());
        }
    }

    @Test
    void randomHeadersAreNeverValid() {
        for (int i = 0; i < TRIES; i++) {
            String claims = base64(text());
            assertInvalid(base64(text()) + "." + claims + "." + claims);
        }
    }

    @Test
    void aChangedCharacterBreaksTheToken() {
        for (int i = 0; i < TRIES; i++) {
            // The signature's last character carries unused bits, so it may change without effect.
            int index = random.nextInt(GOOD.length() - 1);
            char replacement = character();
            if (GOOD.charAt(index) != replacement) {
                assertInvalid(GOOD.substring(0, index) + replacement + GOOD.substring(index + 1));
            }
        }
    }

    @Test
    void randomSignedClaimsNeverThrow() {
        for (int i = 0; i < TRIES; i++) {
            String token = NimbusTokens.hs256(text());
            assertThat(verifier.verifyConnection(token, NOW)).as("seed %d", seed).isNotNull();
        }
    }

    private void assertInvalid(String token) {
        assertThat(verifier.verifyConnection(token, NOW))
                .as("seed %d", seed)
                .isInstanceOf(TokenCheck.Invalid.class);
        assertThat(verifier.verifySubscription(token, NOW))
                .as("seed %d", seed)
                .isInstanceOf(TokenCheck.Invalid.class);
    }

    private String text() {
        int length = random.nextInt(60);
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(character());
        }
        return text.toString();
    }

    /** Mostly what tokens and JSON are made of, now and then anything. */
    private char character() {
        String usual = "{}[]\",:.\\abcdefsubexp0123456789-_ ";
        return random.nextInt(8) == 0
                ? (char) random.nextInt(0x10000)
                : usual.charAt(random.nextInt(usual.length()));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
