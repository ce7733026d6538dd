package io.hawser.grid.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Arguments of a command, encoded one behind the other as they are added. For one thread; who makes
 * a command of it adds no more.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP, bulk strings
 *     </a>
 */
public final class RedisArguments {
    private static final int USUAL = 512;

    /** A digit, and what stands around each argument: $, its length, two line ends. */
    private static final int AROUND = 1 + 10 + 4;

    private static final int MAX_DIGITS = 20;

    private byte[] bytes;
    private int length;
    private int count;

    public RedisArguments() {
        this(USUAL);
    }

    /**
     * @param expected bytes of all arguments, with what stands around them
     */
    private RedisArguments(int expected) {
        bytes = new byte[expected];
    }

    /** So many arguments with so many bytes together. */
    static RedisArguments sized(int count, int length) {
        return new RedisArguments(length + count * (AROUND + MAX_DIGITS));
    }

    /** Those of a list. */
    static RedisArguments of(List<byte[]> arguments) {
        var all = new RedisArguments();
        arguments.forEach(all::add);
        return all;
    }

    /** Text, in UTF-8. */
    public RedisArguments add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes as they are. */
    public RedisArguments add(byte[] argument) {
        begin(argument.length);
        append(argument);
        endLine();
        return this;
    }

    /** One argument of three parts. */
    public RedisArguments add(byte[] head, byte[] middle, byte[] tail) {
        begin(head.length + middle.length + tail.length);
        append(head);
        append(middle);
        append(tail);
        endLine();
        return this;
    }

    /** A number, in decimal digits. */
    public RedisArguments add(long number) {
        if (number < 0) {
            return add(Long.toString(number));
        }
        int digits = digits(number);
        begin(digits);
        putDigits(number, digits);
        endLine();
        return this;
    }

    private void begin(int argument) {
        int needed = length + argument + AROUND + MAX_DIGITS;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
        count++;
        bytes[length++] = '$';
        putDigits(argument, digits(argument));
        endLine();
    }

    private void append(byte[] part) {
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
    }

    private void putDigits(long number, int digits) {
        long left = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        length += digits;
    }

    private void endLine() {
        bytes[length] = '\r';
        bytes[length + 1] = '\n';
        length += 2;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long left = number; left >= 10; left /= 10) {
            digits++;
        }
        return digits;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** Where they are encoded, from the beginning on. */
    byte[] bytes() {
        return bytes;
    }

    /** So many bytes of {@link #bytes}. */
    int length() {
        return length;
    }
}
