package io.hawser.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** Random tokens: none may throw, none that we did not sign may pass. */
class TokenForgeryTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final String GOOD = NimbusTokens.hs256("{\"sub\":\"ann\",\"info\":{\"a\":1}}");

    private final TokenVerifier verifier = new TokenVerifier(NimbusTokens.SECRET, null, null);

    @Property(tries = 500)
    void randomTextIsNeverValid(@ForAll String token) {
        assertThat(verifier.verifyConnection(token, NOW)).isInstanceOf(TokenCheck.Invalid.class);
    }

    @Property(tries = 500)
    void randomHeadersAreNeverValid(@ForAll String header, @ForAll String claims) {
        String token = base64(header) + "." + base64(claims) + "." + base64(claims);

        assertThat(verifier.verifySubscription(token, NOW)).isInstanceOf(TokenCheck.Invalid.class);
    }

    @Property(tries = 500)
    void aChangedCharacterBreaksTheToken(
            @ForAll @IntRange(max = 10_000) int at, @ForAll char replacement) {
        // The signature's last character carries unused bits, so it may change without effect.
        int index = at % (GOOD.length() - 1);
        if (GOOD.charAt(index) == replacement) {
            return;
        }
        String changed = GOOD.substring(0, index) + replacement + GOOD.substring(index + 1);

        assertThat(verifier.verifyConnection(changed, NOW)).isInstanceOf(TokenCheck.Invalid.class);
    }

    @Property(tries = 500)
    void randomSignedClaimsNeverThrow(@ForAll String claims) {
        assertThat(verifier.verifyConnection(NimbusTokens.hs256(claims), NOW)).isNotNull();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
