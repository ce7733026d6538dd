package io.hawser.server.protocol;

import java.util.Arrays;
import java.util.Random;

/** Random damage to frames. */
public final class FrameMutations {
    private static final byte[] LENGTH_LIKE = {
        0,
        1,
        0x7f,
        (byte) 0x80,
        (byte) 0x8f,
        (byte) 0xbf,
        (byte) 0xc6,
        (byte) 0xc9,
        (byte) 0xdb,
        (byte) 0xdd,
        (byte) 0xdf,
        (byte) 0xff
    };
    private static final int MAX_INFLATION = 8;

    private final Random random;

    public FrameMutations(Random random) {
        this.random = random;
    }

    /** {@code frame} after one to four mutations, some of them with parts of {@code other}. */
    public byte[] mutated(byte[] frame, byte[] other) {
        byte[] bytes = frame;
        for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes = mutatedOnce(bytes, other);
        }
        return bytes;
    }

    private byte[] mutatedOnce(byte[] frame, byte[] other) {
        int at = random.nextInt(frame.length);
        return switch (random.nextInt(6)) {
            case 0 -> with(frame, at, (byte) (frame[at] ^ (1 << random.nextInt(8))));
            case 1 -> with(frame, at, (byte) random.nextInt(256));
            case 2 -> Arrays.copyOf(frame, at);
            case 3 -> joined(frame, at, other, random.nextInt(other.length));
            case 4 -> joined(frame, at, frame, random.nextInt(frame.length));
            default -> inflated(frame, at);
        };
    }

    private static byte[] with(byte[] frame, int at, byte value) {
        byte[] bytes = frame.clone();
        bytes[at] = value;
        return bytes;
    }

    /** The beginning of one frame and the end of another. */
    private static byte[] joined(byte[] head, int headLength, byte[] tail, int tailStart) {
        byte[] bytes = Arrays.copyOf(head, headLength + tail.length - tailStart);
        System.arraycopy(tail, tailStart, bytes, headLength, tail.length - tailStart);
        return bytes;
    }

    /** Bytes written over that declare as much as they can wherever a length is read. */
    private byte[] inflated(byte[] frame, int at) {
        byte[] bytes = frame.clone();
        bytes[at] = LENGTH_LIKE[random.nextInt(LENGTH_LIKE.length)];
        int end = Math.min(bytes.length, at + 1 + random.nextInt(MAX_INFLATION));
        byte fill = random.nextBoolean() ? (byte) 0xff : 0x7f;
        Arrays.fill(bytes, at + 1, Math.max(at + 1, end), fill);
        return bytes;
    }
}
