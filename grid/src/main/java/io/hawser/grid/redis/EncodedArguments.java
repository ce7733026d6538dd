package io.hawser.grid.redis;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;

import java.nio.charset.StandardCharsets;

/**
 * Arguments of a command, encoded in one piece by whoever makes them. The driver would encode each
 * of them by itself, on the one thread that also reads all answers: for a script with a dozen of
 * them that was half of what this thread did. Immutable.
 */
final class EncodedArguments extends CommandArgs<String, byte[]> {
    private final RedisArguments arguments;

    EncodedArguments(RedisCodec<String, byte[]> codec, RedisArguments arguments) {
        super(codec);
        this.arguments = arguments;
    }

    @Override
    public int count() {
        return arguments.count();
    }

    @Override
    public void encode(ByteBuf buf) {
        buf.writeBytes(arguments.bytes(), 0, arguments.length());
    }

    /** For logs. */
    @Override
    public String toCommandString() {
        return arguments.count() + " arguments, " + arguments.length() + " bytes";
    }

    /** The bytes as text. */
    @Override
    public String toString() {
        return new String(arguments.bytes(), 0, arguments.length(), StandardCharsets.UTF_8);
    }
}
