package io.hawser.grid.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.CommandType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A Lua script and the digest by which Redis knows it. Immutable. */
public final class RedisScript {
    private static final RedisCodec<String, byte[]> CODEC = RedisConnections.CODEC;

    private final byte[] source;

    /** SHA-1 in hexadecimal. */
    private final byte[] digest;

    private RedisScript(byte[] source) {
        this.source = source;
        this.digest = bytes(HexFormat.of().formatHex(sha1().digest(source)));
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
    public RedisFuture<byte[]> text(
            RedisAsyncCommands<String, byte[]> commands, List<String> keys, List<byte[]> values) {
        return run(commands, new ValueOutput<>(CODEC), keys, values);
    }

    /** The same, where it returns a number. */
    public RedisFuture<Long> number(
            RedisAsyncCommands<String, byte[]> commands, List<String> keys, List<byte[]> values) {
        return run(commands, new IntegerOutput<>(CODEC), keys, values);
    }

    /** The same, where it returns a list. */
    public RedisFuture<List<Object>> list(
            RedisAsyncCommands<String, byte[]> commands, List<String> keys, List<byte[]> values) {
        return run(commands, new NestedMultiOutput<>(CODEC), keys, values);
    }

    private <T> RedisFuture<T> run(
            RedisAsyncCommands<String, byte[]> commands,
            CommandOutput<String, byte[], T> output,
            List<String> keys,
            List<byte[]> values) {
        List<byte[]> arguments = new ArrayList<>(2 + keys.size() + values.size());
        arguments.add(digest);
        arguments.add(bytes(Integer.toString(keys.size())));
        for (String key : keys) {
            arguments.add(bytes(key));
        }
        arguments.addAll(values);
        return commands.dispatch(
                CommandType.EVALSHA, output, EncodedArguments.of(CODEC, arguments));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
