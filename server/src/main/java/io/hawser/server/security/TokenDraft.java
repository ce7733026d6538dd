package io.hawser.server.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A token that is being filled in. For one thread. */
public final class TokenDraft {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JWSHeader HEADER =
            new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();

    private final HmacSignatures signatures;
    private final Map<String, Object> claims = new LinkedHashMap<>();

    TokenDraft(HmacSignatures signatures) {
        this.signatures = signatures;
    }

    /** When the token, and with it the connection or subscription, expires; whole seconds. */
    public TokenDraft expiresAt(Instant time) {
        return claim("exp", time.getEpochSecond());
    }

    /** Shown to others in presence and join: one JSON value. */
    public TokenDraft info(String json) {
        return json("info", json);
    }

    /** Channels that the connection is subscribed to by the server. */
    public TokenDraft channels(Collection<String> channels) {
        return claim("channels", List.copyOf(channels));
    }

    /** Binds a subscription token to one connection. */
    public TokenDraft client(String client) {
        return claim("client", client);
    }

    /**
     * Sets any claim to a JSON value given as text.
     *
     * @throws IllegalArgumentException if {@code json} is not one JSON value
     */
    public TokenDraft json(String name, String json) {
        try {
            return claim(name, JSON.readTree(json));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Sets any claim to a string, number, boolean, list or map. */
    public TokenDraft claim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    /** The finished token. */
    public String sign() {
        JWSObject jws = new JWSObject(HEADER, new Payload(JSON.writeValueAsBytes(claims)));
        try {
            jws.sign(signatures);
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 failed", e);
        }
        return jws.serialize();
    }
}
