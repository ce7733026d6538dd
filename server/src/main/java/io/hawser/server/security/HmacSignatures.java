package io.hawser.server.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HS256, HS384 and HS512 with a secret of any length. Nimbus' own signer and verifier refuse
 * secrets shorter than the hash (RFC 7518, section 3.2), which Centrifugo's users have.
 * Thread-safe: every use works on a clone of a keyed {@link Mac}, which saves the key set-up too.
 */
final class HmacSignatures extends BaseJWSProvider implements JWSSigner {
    private static final Map<JWSAlgorithm, String> JCA_NAMES =
            Map.of(
                    JWSAlgorithm.HS256, "HmacSHA256",
                    JWSAlgorithm.HS384, "HmacSHA384",
                    JWSAlgorithm.HS512, "HmacSHA512");

    private final Map<JWSAlgorithm, Mac> prototypes;

    /**
     * @param secret not empty; its UTF-8 bytes are the key
     */
    HmacSignatures(String secret) {
        super(JCA_NAMES.keySet());
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        prototypes =
                Map.of(
                        JWSAlgorithm.HS256, keyed(JWSAlgorithm.HS256, key),
                        JWSAlgorithm.HS384, keyed(JWSAlgorithm.HS384, key),
                        JWSAlgorithm.HS512, keyed(JWSAlgorithm.HS512, key));
    }

    @Override
    public Base64URL sign(JWSHeader header, byte[] signingInput) throws JOSEException {
        return Base64URL.encode(mac(header, signingInput));
    }

    /** Whether this is the signature of the input, by the header's algorithm. */
    boolean matches(JWSHeader header, byte[] signingInput, byte[] signature) throws JOSEException {
        return MessageDigest.isEqual(mac(header, signingInput), signature);
    }

    private byte[] mac(JWSHeader header, byte[] signingInput) throws JOSEException {
        Mac prototype = prototypes.get(header.getAlgorithm());
        if (prototype == null) {
            throw new JOSEException("algorithm " + header.getAlgorithm() + " is not HMAC");
        }
        try {
            return ((Mac) prototype.clone()).doFinal(signingInput);
        } catch (CloneNotSupportedException e) {
            throw new JOSEException("the JDK's HMAC cannot be cloned", e);
        }
    }

    private static Mac keyed(JWSAlgorithm algorithm, byte[] key) {
        String name = JCA_NAMES.getOrDefault(algorithm, "");
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key, name));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + name, e);
        }
    }
}
