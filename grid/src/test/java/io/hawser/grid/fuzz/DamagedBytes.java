package io.hawser.grid.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Random damage to what a decoder understands. For one thread. */
public final class DamagedBytes {
    private static final int MAX_DAMAGES = 4;

    private final Random random;

    /** With a new seed, which is printed, or that of the property {@code test.seed}. */
    public DamagedBytes(Class<?> test) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dtest.seed=" + seed);
        random = new Random(seed);
    }

    public Random random() {
        return random;
    }

    /** {@code whole} with one to four damages. */
    public byte[] of(byte[] whole) {
        byte[] bytes = whole.clone();
        for (int i = 1 + random.nextInt(MAX_DAMAGES); i > 0 && bytes.length > 0; i--) {
            bytes = damaged(bytes);
        }
        return bytes;
    }

    private byte[] damaged(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(6)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                yield bytes;
            }
            case 1 -> {
                bytes[at] = (byte) random.nextInt();
                yield bytes;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> Arrays.copyOf(bytes, bytes.length + 1 + at);
            case 4 -> repeated(bytes, at, at + random.nextInt(bytes.length - at));
            default -> numbered(bytes, at);
        };
    }

    /** A part of it twice. */
    private static byte[] repeated(byte[] bytes, int from, int to) {
        return ByteBuffer.allocate(bytes.length + to - from)
                .put(bytes, 0, to)
                .put(bytes, from, bytes.length - from)
                .array();
    }

    /** Another number where one may stand. */
    private byte[] numbered(byte[] bytes, int at) {
        int[] numbers = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, bytes.length, 1 << 16};
        if (at + Integer.BYTES <= bytes.length) {
            ByteBuffer.wrap(bytes).putInt(at, numbers[random.nextInt(numbers.length)]);
        }
        return bytes;
    }
}
