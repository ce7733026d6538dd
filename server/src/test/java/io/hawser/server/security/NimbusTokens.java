package io.hawser.server.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;

/** Tokens signed by Nimbus' own code, the independent party. */
final class NimbusTokens {
    /** 64 bytes: the least that Nimbus takes for HS512. */
    static final String SECRET = "0123456789abcdef".repeat(4);

    private NimbusTokens() {}

    static String hs256(String claims) {
        return hmac(JWSAlgorithm.HS256, claims, SECRET);
    }

    static String hmac(JWSAlgorithm algorithm, String claims, String secret) {
        try {
            return signed(new JWSHeader(algorithm), claims, new MACSigner(secret));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String withHeader(JWSHeader header, String claims) {
        try {
            return signed(header, claims, new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String rs256(String claims) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            JWSSigner signer = new RSASSASigner(generator.generateKeyPair().getPrivate());
            return signed(new JWSHeader(JWSAlgorithm.RS256), claims, signer);
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(JWSHeader header, String claims, JWSSigner signer)
            throws JOSEException {
        JWSObject jws = new JWSObject(header, new Payload(claims));
        jws.sign(signer);
        return jws.serialize();
    }
}
