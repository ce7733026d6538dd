package io.hawser.grid.cluster;

import io.hawser.grid.heartbeat.MeshKey;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who belongs to one grid: the cluster's name and secret. Immutable, thread-safe.
 *
 * <p>Hazelcast's Community Edition cannot authenticate members; it only compares cluster names. So
 * the name given to Hazelcast carries a digest of the secret, and a member with another secret is
 * not let in. This keeps out mistakes and strangers who only reach the port. It does not keep out
 * one who can read the members' traffic, where the name travels in the clear: that traffic belongs
 * on a private network. The name in the node directory carries another digest, so reading Redis is
 * not enough to join.
 *
 * @param name the cluster's name
 * @param secret what its members share; empty if it has none
 */
public record ClusterKey(String name, String secret) {

    /** Cluster name of the Hazelcast members. */
    public String memberName() {
        return name + "-" + digest("member");
    }

    /** Cluster name in the entries of the {@link NodeDirectory}. */
    public String directoryName() {
        return name + "-" + digest("directory");
    }

    /** True for the directory name of a cluster of the same name with another secret. */
    boolean isNamesake(String otherDirectoryName) {
        return !otherDirectoryName.equals(directoryName())
                && otherDirectoryName.length() == directoryName().length()
                && otherDirectoryName.startsWith(name + "-");
    }

    /** By which its nodes know each other's heartbeats. */
    public MeshKey heartbeatKey() {
        return new MeshKey(hmac("heartbeat"));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name;
    }

    /** 64 bits of HMAC-SHA256 over purpose and name, keyed by the secret, in hex. */
    private String digest(String purpose) {
        return HexFormat.of().formatHex(hmac(purpose), 0, 8);
    }

    private byte[] hmac(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes("hawser:" + secret), "HmacSHA256"));
            return mac.doFinal(bytes(purpose + ":" + name));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
