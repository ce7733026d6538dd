package io.hawser.grid.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script and the digest by which Redis knows it. Immutable. */
public final class RedisScript {
    private final byte[] source;
    private final String digest;

    private RedisScript(byte[] source) {
        this.source = source;
        this.digest = HexFormat.of().formatHex(sha1().digest(source));
    }

    /** Reads {@code name} from beside {@code owner} on the class path. */
    public static RedisScript load(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no script " + name + " beside " + owner);
            }
            return new RedisScript(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("script " + name, e);
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    byte[] source() {
        return source;
    }

    /** SHA-1 in hexadecimal, for EVALSHA. */
    public String digest() {
        return digest;
    }
}
