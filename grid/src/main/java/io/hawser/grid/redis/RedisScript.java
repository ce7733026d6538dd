package io.hawser.grid.redis;

import io.lettuce.core.protocol.CommandType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A Lua script and the digest by which Redis knows it. Immutable. */
public final class RedisScript {
    private final byte[] source;

    /** SHA-1 in hexadecimal. */
    private final byte[] digest;

    private RedisScript(byte[] source) {
        this.source = source;
        this.digest =
                HexFormat.of().formatHex(sha1().digest(source)).getBytes(StandardCharsets.US_ASCII);
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

    /** Runs it (EVALSHA) where it returns text. */
    public RedisCall<byte[]> text(List<String> keys, List<byte[]> values) {
        return RedisCall.text(CommandType.EVALSHA, arguments(keys, values));
    }

    /** The same, with arguments that {@link #arguments} has begun. */
    public RedisCall<byte[]> text(RedisArguments arguments) {
        return RedisCall.text(CommandType.EVALSHA, arguments);
    }

    /** The same, where it returns a number. */
    public RedisCall<Long> number(List<String> keys, List<byte[]> values) {
        return RedisCall.number(CommandType.EVALSHA, arguments(keys, values));
    }

    /** The same, where it returns a list. */
    public RedisCall<List<Object>> list(List<String> keys, List<byte[]> values) {
        return RedisCall.list(CommandType.EVALSHA, arguments(keys, values));
    }

    /**
     * The beginning of its arguments.
     *
     * @param keys how many keys follow, and then the values
     */
    public RedisArguments arguments(int keys) {
        return new RedisArguments().add(digest).add(keys);
    }

    private RedisArguments arguments(List<String> keys, List<byte[]> values) {
        RedisArguments arguments = arguments(keys.size());
        keys.forEach(arguments::add);
        values.forEach(arguments::add);
        return arguments;
    }
}
