package io.hawser.server.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.core.JacksonException;

import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads and checks JSON Web Tokens of clients, signed with HS256, HS384 or HS512, with the claims
 * of the Centrifuge protocol. Never throws for a token, whatever is in it. Thread-safe and free of
 * locks between callers; a check takes tens of microseconds and does no I/O, so it may run on an
 * I/O thread.
 */
public final class TokenVerifier {
    /** Longest token looked at, in characters: 16 KiB. */
    public static final int MAX_TOKEN_CHARS = 16 * 1024;

    /** Shortest secret in bytes that is no easier to guess than the hash itself (RFC 7518, 3.2). */
    private static final int STRONG_SECRET_BYTES = 32;

    /** Headers that are remembered; of one secret there are one or two. */
    private static final int MAX_HEADERS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(TokenVerifier.class);

    private final @Nullable HmacSignatures signatures;

    /** Headers as tokens have them, of tokens that our secret signed. */
    private final Map<String, JWSHeader> headers = new ConcurrentHashMap<>();

    private final @Nullable String audience;
    private final @Nullable String issuer;

    /**
     * @param hmacSecret shared with whoever makes the tokens; any length, but with an empty one
     *     every token is invalid
     * @param audience what {@code aud} must hold; null or empty: anything
     * @param issuer what {@code iss} must be; null or empty: anything
     */
    public TokenVerifier(String hmacSecret, @Nullable String audience, @Nullable String issuer) {
        this.signatures = hmacSecret.isEmpty() ? null : new HmacSignatures(hmacSecret);
        this.audience = emptyToNull(audience);
        this.issuer = emptyToNull(issuer);
        warnIfWeak(hmacSecret);
    }

    /** Checks the token of a connect or refresh command at the time {@code now}. */
    public TokenCheck<ConnectionToken> verifyConnection(String token, Instant now) {
        return verify(token, now, TokenVerifier::connectionToken);
    }

    /** Checks the token of a subscribe or sub_refresh command at the time {@code now}. */
    public TokenCheck<SubscriptionToken> verifySubscription(String token, Instant now) {
        return verify(token, now, TokenVerifier::subscriptionToken);
    }

    private interface Reading<T> {
        T read(Claims claims, @Nullable Instant expireAt) throws InvalidClaimException;
    }

    private <T> TokenCheck<T> verify(String token, Instant now, Reading<T> reading) {
        try {
            Claims claims = Claims.parse(signedBytes(token));
            checkOrigin(claims);
            Instant expireAt = expiry(claims);
            if (!inForce(claims, now) || isOver(expireAt, now)) {
                return new TokenCheck.Expired<>();
            }
            return new TokenCheck.Valid<>(reading.read(claims, expireAt));
        } catch (InvalidClaimException e) {
            return new TokenCheck.Invalid<>(String.valueOf(e.getMessage()));
        } catch (JacksonException e) {
            return new TokenCheck.Invalid<>("the claims are not JSON");
        }
    }

    /** The claims' bytes, if our secret signed them. */
    private byte[] signedBytes(String token) throws InvalidClaimException {
        if (signatures == null) {
            throw new InvalidClaimException("no token secret is configured");
        }
        if (token.length() > MAX_TOKEN_CHARS) {
            throw new InvalidClaimException("longer than " + MAX_TOKEN_CHARS + " characters");
        }
        try {
            return signedBytes(token.trim(), signatures);
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw new InvalidClaimException("not a signed JSON Web Token");
        }
    }

    /** By the compact serialization (RFC 7515, 7.1): header, payload and signature. */
    private byte[] signedBytes(String token, HmacSignatures ours)
            throws InvalidClaimException, ParseException, JOSEException {
        int headEnd = token.indexOf('.');
        int payloadEnd = token.indexOf('.', headEnd + 1);
        if (headEnd < 0 || payloadEnd < 0) {
            throw new ParseException("fewer than three parts", 0);
        }
        String head = token.substring(0, headEnd);
        JWSHeader known = headers.get(head);
        JWSHeader header = known == null ? JWSHeader.parse(new Base64URL(head)) : known;
        checkHeader(header, ours);
        byte[] signed = token.substring(0, payloadEnd).getBytes(StandardCharsets.UTF_8);
        // A fourth part is no base64url, since there is a dot before it.
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(payloadEnd + 1));
        if (!ours.matches(header, signed, signature)) {
            throw new InvalidClaimException("the signature does not match");
        }
        if (known == null && headers.size() < MAX_HEADERS) {
            headers.put(head, header);
        }
        return Base64.getUrlDecoder().decode(token.substring(headEnd + 1, payloadEnd));
    }

    private static void checkHeader(JWSHeader header, HmacSignatures signatures)
            throws InvalidClaimException {
        if (!signatures.supportedJWSAlgorithms().contains(header.getAlgorithm())) {
            throw new InvalidClaimException("its algorithm is not HS256, HS384 or HS512");
        }
        // What we do not understand but must, we refuse (RFC 7515, section 4.1.11).
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw new InvalidClaimException("its header asks for extensions");
        }
    }

    private void checkOrigin(Claims claims) throws InvalidClaimException {
        if (audience != null && !claims.holds("aud", audience)) {
            throw new InvalidClaimException("aud is not ours");
        }
        if (issuer != null && !issuer.equals(claims.text("iss"))) {
            throw new InvalidClaimException("iss is not ours");
        }
    }

    /** A token before its time counts as expired, so that a clock slightly off costs one retry. */
    private static boolean inForce(Claims claims, Instant now) throws InvalidClaimException {
        claims.time("iat");
        Instant notBefore = claims.time("nbf");
        return !isOver(claims.time("exp"), now) && (notBefore == null || !now.isBefore(notBefore));
    }

    private static boolean isOver(@Nullable Instant end, Instant now) {
        return end != null && !now.isBefore(end);
    }

    /** When what the token opens expires: {@code expire_at}, where 0 is never, else {@code exp}. */
    private static @Nullable Instant expiry(Claims claims) throws InvalidClaimException {
        Instant expireAt = claims.time("expire_at");
        if (expireAt == null) {
            return claims.time("exp");
        }
        return expireAt.equals(Instant.EPOCH) ? null : expireAt;
    }

    private static ConnectionToken connectionToken(Claims claims, @Nullable Instant expireAt)
            throws InvalidClaimException {
        if (!claims.textOrEmpty("channel").isEmpty()) {
            throw new InvalidClaimException("it has a channel: a subscription token");
        }
        return new ConnectionToken(
                claims.textOrEmpty("sub"),
                expireAt,
                claims.payload("info"),
                claims.subscriptions(),
                claims.text("jti"),
                claims.textIfText("region"));
    }

    private static SubscriptionToken subscriptionToken(Claims claims, @Nullable Instant expireAt)
            throws InvalidClaimException {
        String channel = claims.textOrEmpty("channel");
        if (channel.isEmpty()) {
            throw new InvalidClaimException("it has no channel: not a subscription token");
        }
        return new SubscriptionToken(
                claims.textOrEmpty("sub"),
                channel,
                emptyToNull(claims.text("client")),
                claims.payload("info"),
                claims.payload("data"),
                expireAt,
                claims.overrides(),
                claims.text("jti"));
    }

    private static void warnIfWeak(String hmacSecret) {
        int bytes = hmacSecret.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > 0 && bytes < STRONG_SECRET_BYTES) {
            LOG.warn(
                    "token.hmac_secret has {} bytes; below {} it can be guessed from a token",
                    bytes,
                    STRONG_SECRET_BYTES);
        }
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
