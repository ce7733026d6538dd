package io.hawser.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

class TokenVerifierTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final TokenVerifier verifier = new TokenVerifier(NimbusTokens.SECRET, null, null);

    @Test
    void readsEveryClaimOfAConnectionToken() {
        String claims =
                """
                {"sub":"ann","exp":1700000600,"iat":1699999999,"nbf":1699999999,"jti":"t1",
                 "aud":["x"],"iss":"y","meta":{"secret":1},"unknown":[],
                 "info":{ "name" : "Ann" },
                 "channels":["news","chat"],
                 "subs":{"chat":{"info":{"a":1},"data":[1, 2],
                     "override":{"presence":{"value":true},"join_leave":{"value":false},
                         "force_push_join_leave":{"value":true},"force_recovery":{"value":true},
                         "force_positioning":{}}},
                   "bare":{}}}
                """;

        ConnectionToken token = valid(verifier.verifyConnection(NimbusTokens.hs256(claims), NOW));

        assertThat(token.user()).isEqualTo("ann");
        assertThat(token.expireAt()).isEqualTo(NOW.plusSeconds(600));
        assertThat(token.connInfo()).isEqualTo(Payload.of("{\"name\":\"Ann\"}"));
        assertThat(token.tokenId()).isEqualTo("t1");
        assertThat(token.subs())
                .containsOnlyKeys("news", "chat", "bare")
                .containsEntry("news", TokenSubscription.PLAIN)
                .containsEntry("bare", TokenSubscription.PLAIN)
                .containsEntry(
                        "chat",
                        new TokenSubscription(
                                Payload.of("{\"a\":1}"),
                                Payload.of("[1,2]"),
                                new ChannelOverrides(true, false, true, true, false)));
    }

    @Test
    void readsEveryClaimOfASubscriptionToken() {
        String claims =
                """
                {"sub":"ann","channel":"$room","client":"c-1","exp":1700000600,"jti":"t2",
                 "info":null,"b64info":"AAE=","data":"hello","override":{"presence":{"value":false}}}
                """;

        SubscriptionToken token =
                valid(verifier.verifySubscription(NimbusTokens.hs256(claims), NOW));

        assertThat(token)
                .isEqualTo(
                        new SubscriptionToken(
                                "ann",
                                "$room",
                                "c-1",
                                Payload.of(new byte[] {0, 1}),
                                Payload.of("\"hello\""),
                                NOW.plusSeconds(600),
                                new ChannelOverrides(false, null, null, null, null),
                                "t2"));
    }

    @Test
    void aTokenWithoutClaimsIsAnAnonymousUserForEver() {
        assertThat(valid(verifier.verifyConnection(NimbusTokens.hs256("{}"), NOW)))
                .isEqualTo(new ConnectionToken("", null, Payload.EMPTY, Map.of(), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void takesTheThreeHmacAlgorithms(String algorithm) {
        String token =
                NimbusTokens.hmac(
                        JWSAlgorithm.parse(algorithm), "{\"sub\":\"ann\"}", NimbusTokens.SECRET);

        assertThat(valid(verifier.verifyConnection(token, NOW)).user()).isEqualTo("ann");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.50",
                "12345678901234567890",
                "0.1000000000000000055",
                "-0",
                "true",
                "\"\\uD800\""
            })
    void keepsNumbersOfInfoAsTheyWereWritten(String json) {
        String token = NimbusTokens.hs256("{\"info\":" + json + "}");

        assertThat(valid(verifier.verifyConnection(token, NOW)).connInfo())
                .isEqualTo(Payload.of(json.equals("-0") ? "0" : json));
    }

    @ParameterizedTest
    @CsvSource({
        "exp,            1700000001, false",
        "exp,            1700000000, true",
        "exp,            1699999999, true",
        "exp,            1700000000.9, true",
        "exp,            -1, true",
        "nbf,            1700000000, false",
        "nbf,            1700000001, true",
        "iat,            1800000000, false",
        "expire_at,      1700000001, false",
        "expire_at,      1700000000, true",
        "expire_at,      0, false",
    })
    void expiresToTheSecond(String claim, String value, boolean expired) {
        String claims = "{\"channel\":\"c\",\"" + claim + "\":" + value + "}";
        TokenCheck<SubscriptionToken> check =
                verifier.verifySubscription(NimbusTokens.hs256(claims), NOW);

        assertThat(check instanceof TokenCheck.Expired).isEqualTo(expired);
        assertThat(check instanceof TokenCheck.Valid).isEqualTo(!expired);
    }

    @ParameterizedTest
    @CsvSource({
        "{}, ",
        "{'exp':1700000100}, 1700000100",
        "{'exp':1700000100.75}, 1700000100",
        "{'exp':1700000100:'expire_at':0}, ",
        "{'exp':1700000100:'expire_at':1700000050}, 1700000050",
        "{'exp':1700000100:'expire_at':1700000200}, 1700000200",
        "{'expire_at':1700000050}, 1700000050",
        "{'exp':null}, ",
        "{'exp':1e18}, 253402300799",
        "{'exp':1700000600000}, 253402300799",
    })
    void expireAtGoesBeforeExp(String claims, @Nullable Long expected) {
        String json = claims.replace('\'', '"').replace(":\"expire_at", ",\"expire_at");

        ConnectionToken token = valid(verifier.verifyConnection(NimbusTokens.hs256(json), NOW));

        assertThat(token.expireAt())
                .isEqualTo(expected == null ? null : Instant.ofEpochSecond(expected));
    }

    @Test
    void expIsCheckedEvenWhereTheConnectionNeverExpires() {
        String token = NimbusTokens.hs256("{\"exp\":1699999999,\"expire_at\":0}");

        assertThat(verifier.verifyConnection(token, NOW)).isInstanceOf(TokenCheck.Expired.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "\"text\"",
                "{",
                "{} {}",
                "not json",
                "",
                "{\"sub\":1}",
                "{\"sub\":\"a\",\"sub\":\"b\"}",
                "{\"sub\":{\"a\":1}}",
                "{\"exp\":\"1700000600\"}",
                "{\"exp\":1e400}",
                "{\"exp\":1e999999999}",
                "{\"exp\":true}",
                "{\"exp\":[1]}",
                "{\"expire_at\":\"0\"}",
                "{\"nbf\":\"x\"}",
                "{\"iat\":\"x\"}",
                "{\"jti\":5}",
                "{\"channels\":\"news\"}",
                "{\"channels\":[1]}",
                "{\"channels\":[\"\"]}",
                "{\"subs\":[]}",
                "{\"subs\":{\"\":{}}}",
                "{\"subs\":{\"c\":1}}",
                "{\"subs\":{\"c\":null}}",
                "{\"subs\":{\"c\":{\"override\":[]}}}",
                "{\"subs\":{\"c\":{\"override\":{\"presence\":true}}}}",
                "{\"subs\":{\"c\":{\"override\":{\"presence\":{\"value\":1}}}}}",
                "{\"subs\":{\"c\":{\"b64data\":\"?\"}}}",
                "{\"b64info\":\"***\"}",
                "{\"b64info\":7}",
                "{\"channel\":\"a-subscription-token\"}",
            })
    void refusesBadClaimsThoughSigned(String claims) {
        assertThat(reason(verifier.verifyConnection(NimbusTokens.hs256(claims), NOW))).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"channel\":\"\"}",
                "{\"channel\":1}",
                "{\"channel\":\"c\",\"client\":1}",
                "{\"channel\":\"c\",\"override\":7}",
                "{\"channel\":\"c\",\"override\":{\"presence\":{\"value\":\"yes\"}}}",
            })
    void refusesBadClaimsOfASubscription(String claims) {
        assertThat(reason(verifier.verifySubscription(NimbusTokens.hs256(claims), NOW)))
                .isNotBlank();
    }

    @Test
    void refusesNestingThatWouldTakeTheStack() {
        String deep = "[".repeat(6000) + "]".repeat(6000);

        assertThat(
                        reason(
                                verifier.verifyConnection(
                                        NimbusTokens.hs256("{\"info\":" + deep + "}"), NOW)))
                .isEqualTo("the claims are not JSON");
        assertThat(reason(verifier.verifyConnection(unsigned("{\"a\":" + deep + "}", "{}"), NOW)))
                .isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "....",
                "a.b.c",
                "garbage",
                "e30.e30.e30",
                "eyJhbGciOiJIUzI1NiJ9",
                "eyJhbGciOiJIUzI1NiJ9.e30",
                "eyJhbGciOiJIUzI1NiJ9.e30.",
                "eyJhbGciOiJIUzI1NiJ9..",
                "\u0000\uD800\uFFFF",
            })
    void refusesGarbage(String token) {
        assertThat(reason(verifier.verifyConnection(token, NOW))).isNotBlank();
        assertThat(reason(verifier.verifySubscription(token, NOW))).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"None\"}",
                "{\"alg\":\"\"}",
                "{\"alg\":\"hs256\"}",
                "{\"alg\":null}",
                "{\"alg\":256}",
                "{\"alg\":\"RS256\"}",
                "{\"alg\":\"dir\",\"enc\":\"A128GCM\"}",
                "{}",
                "[]",
            })
    void refusesHeadersThatNameNoHmac(String header) {
        assertThat(reason(verifier.verifyConnection(unsigned(header, "{\"sub\":\"ann\"}"), NOW)))
                .isNotBlank();
    }

    @Test
    void refusesWhatAnotherSecretOrKeySigned() {
        String claims = "{\"sub\":\"ann\"}";
        String other = NimbusTokens.hmac(JWSAlgorithm.HS256, claims, "x".repeat(64));

        assertThat(reason(verifier.verifyConnection(other, NOW)))
                .isEqualTo("the signature does not match");
        assertThat(reason(verifier.verifyConnection(NimbusTokens.rs256(claims), NOW)))
                .isEqualTo("its algorithm is not HS256, HS384 or HS512");
    }

    @Test
    void refusesClaimsOfOneTokenUnderTheSignatureOfAnother() {
        String ann = NimbusTokens.hs256("{\"sub\":\"ann\"}");
        String bob = NimbusTokens.hs256("{\"sub\":\"bob\"}");

        String forged =
                bob.substring(0, bob.lastIndexOf('.')) + ann.substring(ann.lastIndexOf('.'));

        assertThat(reason(verifier.verifyConnection(forged, NOW)))
                .isEqualTo("the signature does not match");
    }

    @Test
    void refusesHeadersWithExtensions() {
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .criticalParams(Set.of("own"))
                        .customParam("own", 1)
                        .build();

        assertThat(reason(verifier.verifyConnection(NimbusTokens.withHeader(header, "{}"), NOW)))
                .isEqualTo("its header asks for extensions");
    }

    /** What is remembered of a token's header says nothing about the next token. */
    @Test
    void aHeaderThatIsKnownOpensNothing() {
        String good = NimbusTokens.hs256("{\"sub\":\"ann\"}");
        for (String token : List.of(good, good, " " + good + "\n")) {
            assertThat(valid(verifier.verifyConnection(token, NOW)).user()).isEqualTo("ann");
        }
        int claimsStart = good.indexOf('.') + 1;
        int claimsEnd = good.lastIndexOf('.');
        String head = good.substring(0, claimsStart);
        String forged = head + base64("{\"sub\":\"bob\"}") + good.substring(claimsEnd);
        String unsigned = good.substring(0, claimsEnd + 1);
        for (String token : List.of(forged, unsigned)) {
            assertThat(reason(verifier.verifyConnection(token, NOW)))
                    .isEqualTo("the signature does not match");
        }
        for (String garbled : List.of(good + ".", good + ".x", good + "*", head)) {
            assertThat(reason(verifier.verifyConnection(garbled, NOW))).as(garbled).isNotBlank();
        }
    }

    @Test
    void takesMoreHeadersThanItRemembers() {
        for (int i = 0; i < 50; i++) {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k" + i).build();
            String token = NimbusTokens.withHeader(header, "{\"sub\":\"u" + i + "\"}");
            for (int again = 0; again < 2; again++) {
                assertThat(valid(verifier.verifyConnection(token, NOW)).user()).isEqualTo("u" + i);
            }
        }
    }

    @Test
    void refusesTokensOfMoreThan16KiB() {
        String fits = NimbusTokens.hs256("{\"sub\":\"" + "a".repeat(12_000) + "\"}");
        String tooLong = NimbusTokens.hs256("{\"sub\":\"" + "a".repeat(12_300) + "\"}");

        assertThat(fits.length()).isLessThanOrEqualTo(TokenVerifier.MAX_TOKEN_CHARS);
        assertThat(valid(verifier.verifyConnection(fits, NOW)).user()).hasSize(12_000);
        assertThat(reason(verifier.verifyConnection(tooLong, NOW))).contains("longer than 16384");
    }

    @Test
    void withoutASecretNothingIsValid() {
        TokenVerifier closed = new TokenVerifier("", null, null);

        assertThat(reason(closed.verifyConnection(NimbusTokens.hs256("{}"), NOW)))
                .isEqualTo("no token secret is configured");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"aud\":\"hawser\",\"iss\":\"app\"}', ",
        "'{\"aud\":[\"other\",\"hawser\"],\"iss\":\"app\"}', ",
        "'{\"aud\":\"Hawser\",\"iss\":\"app\"}', aud is not ours",
        "'{\"aud\":[],\"iss\":\"app\"}', aud is not ours",
        "'{\"iss\":\"app\"}', aud is not ours",
        "'{\"aud\":[\"hawser\",1],\"iss\":\"app\"}', aud is not a string",
        "'{\"aud\":\"hawser\"}', iss is not ours",
        "'{\"aud\":\"hawser\",\"iss\":\"ap\"}', iss is not ours",
        "'{\"aud\":\"hawser\",\"iss\":[\"app\"]}', iss is not a string",
    })
    void audienceAndIssuerMustBeOurs(String claims, @Nullable String reason) {
        TokenVerifier strict = new TokenVerifier(NimbusTokens.SECRET, "hawser", "app");

        TokenCheck<ConnectionToken> check =
                strict.verifyConnection(NimbusTokens.hs256(claims), NOW);

        if (reason == null) {
            assertThat(check).isInstanceOf(TokenCheck.Valid.class);
        } else {
            assertThat(reason(check)).isEqualTo(reason);
        }
    }

    private static String unsigned(String header, String claims) {
        return base64(header) + "." + base64(claims) + ".";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T valid(TokenCheck<T> check) {
        return switch (check) {
            case TokenCheck.Valid<T>(T token) -> token;
            case TokenCheck.Expired<T>() -> throw new AssertionError("expired");
            case TokenCheck.Invalid<T>(String reason) -> throw new AssertionError(reason);
        };
    }

    private static <T> String reason(TokenCheck<T> check) {
        return switch (check) {
            case TokenCheck.Valid<T>(T token) -> throw new AssertionError("valid: " + token);
            case TokenCheck.Expired<T>() -> throw new AssertionError("expired");
            case TokenCheck.Invalid<T>(String reason) -> reason;
        };
    }
}
