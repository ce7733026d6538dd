package io.hawser.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;

import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class TokenIssuerTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    @Test
    void nimbusAcceptsWhatWeSign() throws ParseException, JOSEException {
        String token =
                new TokenIssuer(NimbusTokens.SECRET)
                        .connection("ann", NOW)
                        .expiresAt(NOW.plusSeconds(60))
                        .info("{\"name\":\"Ann\"}")
                        .channels(List.of("news"))
                        .sign();

        SignedJWT jwt = SignedJWT.parse(token);
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(jwt.verify(new MACVerifier(NimbusTokens.SECRET))).isTrue();
        assertThat(claims.getSubject()).isEqualTo("ann");
        assertThat(claims.getExpirationTime()).isEqualTo(NOW.plusSeconds(60));
        assertThat(claims.getIssueTime()).isEqualTo(NOW);
        assertThat(claims.getStringListClaim("channels")).containsExactly("news");
        assertThat(claims.getJSONObjectClaim("info")).containsEntry("name", "Ann");
        assertThat(claims.getJWTID()).isNotBlank();
    }

    @Test
    void aSecretOfOneByteWorks() {
        String token =
                new TokenIssuer("s")
                        .subscription("ann", "$room", NOW)
                        .client("c-1")
                        .json("info", " [ 1 ] ")
                        .sign();

        TokenCheck<SubscriptionToken> check =
                new TokenVerifier("s", null, null).verifySubscription(token, NOW);

        assertThat(check)
                .isInstanceOfSatisfying(
                        TokenCheck.Valid.class,
                        valid ->
                                assertThat((SubscriptionToken) valid.token())
                                        .returns("ann", SubscriptionToken::user)
                                        .returns("$room", SubscriptionToken::channel)
                                        .returns("c-1", SubscriptionToken::client)
                                        .returns(Payload.of("[1]"), SubscriptionToken::info));
    }

    @Test
    void refusesAnEmptySecretAndInfoThatIsNotJson() {
        TokenDraft draft = new TokenIssuer("s").connection("ann", NOW);

        assertThatThrownBy(() -> new TokenIssuer("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> draft.info("{"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("info is not JSON");
    }

    @Test
    void manyThreadsShareOneIssuerAndOneVerifier() throws Exception {
        TokenIssuer issuer = new TokenIssuer("shared");
        TokenVerifier verifier = new TokenVerifier("shared", null, null);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<TokenCheck<ConnectionToken>>> checks = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                String user = "user-" + i;
                checks.add(
                        threads.submit(
                                () ->
                                        verifier.verifyConnection(
                                                issuer.connection(user, NOW).sign(), NOW)));
            }
            for (Future<TokenCheck<ConnectionToken>> check : checks) {
                assertThat(check.get()).isInstanceOf(TokenCheck.Valid.class);
            }
        }
    }
}
