package io.hawser.grid.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

    /** Reads files from beside {@code owner} on the class path, and joins them in this order. */
    public static RedisScript load(Class<?> owner, String... names) {
        StringBuilder source = new StringBuilder();
        for (String name : names) {
            source.append(text(owner, name));
        }
        return new RedisScript(source.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no script " + name + " beside " + owner);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("script " + name, e);
        }
    }

    /** The same, publishing in the slot of the channel only. */
    public RedisScript sharded() {
        String text = new String(source, StandardCharsets.UTF_8);
        return new RedisScript(
                text.replace("'PUBLISH'", "'SPUBLISH'").getBytes(StandardCharsets.UTF_8));
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
