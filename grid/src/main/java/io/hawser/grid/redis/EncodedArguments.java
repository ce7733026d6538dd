package io.hawser.grid.redis;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Arguments of a command, encoded in one piece by whoever makes them. The driver would encode each
 * of them by itself, on the one thread that also reads all answers: for a script with a dozen of
 * them that was half of what this thread did. Immutable.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP, bulk strings
 *     </a>
 */
final class EncodedArguments extends CommandArgs<String, byte[]> {
    private final int count;
    private final byte[] encoded;

    private EncodedArguments(RedisCodec<String, byte[]> codec, int count, byte[] encoded) {
        super(codec);
        this.count = count;
        this.encoded = encoded;
    }

    static EncodedArguments of(RedisCodec<String, byte[]> codec, List<byte[]> arguments) {
        int length = 0;
        for (byte[] argument : arguments) {
            length += digits(argument.length) + argument.length + 5; // $, two line ends
        }
        byte[] encoded = new byte[length];
        int at = 0;
        for (byte[] argument : arguments) {
            at = put(encoded, at, argument);
        }
        return new EncodedArguments(codec, arguments.size(), encoded);
    }

    private static int put(byte[] into, int from, byte[] argument) {
        into[from] = '$';
        int at = from + 1 + digits(argument.length);
        int left = argument.length;
        for (int i = at - 1; i > from; i--) {
            into[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        at = endLine(into, at);
        System.arraycopy(argument, 0, into, at, argument.length);
        return endLine(into, at + argument.length);
    }

    private static int endLine(byte[] into, int at) {
        into[at] = '\r';
        into[at + 1] = '\n';
        return at + 2;
    }

    private static int digits(int number) {
        int digits = 1;
        for (int left = number; left >= 10; left /= 10) {
            digits++;
        }
        return digits;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public void encode(ByteBuf buf) {
        buf.writeBytes(encoded);
    }

    /** For logs. */
    @Override
    public String toCommandString() {
        return count + " arguments, " + encoded.length + " bytes";
    }

    /** The bytes as text. */
    @Override
    public String toString() {
        return new String(encoded, StandardCharsets.UTF_8);
    }
}
