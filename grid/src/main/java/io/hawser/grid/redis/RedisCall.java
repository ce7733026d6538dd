package io.hawser.grid.redis;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.CommandType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A command with its arguments, encoded by whoever makes it, and how its answer is read. It can be
 * sent more than once. Immutable.
 *
 * @param <T> the answer
 */
public final class RedisCall<T> {
    private static final RedisCodec<String, byte[]> CODEC = RedisConnections.CODEC;

    private static final byte[] NOTHING = new byte[0];

    private final CommandType type;
    private final EncodedArguments arguments;
    private final Function<RedisCodec<String, byte[]>, CommandOutput<String, byte[], T>> output;

    private RedisCall(
            CommandType type,
            RedisArguments arguments,
            Function<RedisCodec<String, byte[]>, CommandOutput<String, byte[], T>> output) {
        this.type = type;
        this.arguments = new EncodedArguments(CODEC, arguments);
        this.output = output;
    }

    /** One that answers with text. */
    static RedisCall<byte[]> text(CommandType type, RedisArguments arguments) {
        return new RedisCall<>(type, arguments, ValueOutput::new);
    }

    /** One that answers with a number. */
    static RedisCall<Long> number(CommandType type, RedisArguments arguments) {
        return new RedisCall<>(type, arguments, IntegerOutput::new);
    }

    /** One that answers with a list. */
    static RedisCall<List<Object>> list(CommandType type, RedisArguments arguments) {
        return new RedisCall<>(type, arguments, NestedMultiOutput::new);
    }

    /** HGETALL: all fields of a hash. */
    public static RedisCall<Map<String, byte[]>> fields(String key) {
        return new RedisCall<>(CommandType.HGETALL, new RedisArguments().add(key), MapOutput::new);
    }

    /** PUBLISH: a message of two parts, to all who subscribe there or to a pattern of it. */
    public static RedisCall<Long> publish(String name, byte[] head, byte[] rest) {
        return number(CommandType.PUBLISH, message(name, head, rest));
    }

    /**
     * WAIT: until so many replicas have what this connection has written, at most that long; how
     * many have it.
     */
    static RedisCall<Long> await(int replicas, long timeoutMs) {
        return number(CommandType.WAIT, new RedisArguments().add(replicas).add(timeoutMs));
    }

    /** SPUBLISH: a message of two parts, to all who subscribe there, in its slot. */
    public static RedisCall<Long> publishInSlot(String name, byte[] head, byte[] rest) {
        return number(CommandType.SPUBLISH, message(name, head, rest));
    }

    private static RedisArguments message(String name, byte[] head, byte[] rest) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        return RedisArguments.sized(2, nameBytes.length + head.length + rest.length)
                .add(nameBytes)
                .add(head, rest, NOTHING);
    }

    /**
     * To be sent once.
     *
     * @param listener hears once how it ended
     */
    SentCommand<T> command(Answered<T> listener) {
        return new SentCommand<>(type, output.apply(CODEC), arguments, listener);
    }
}
