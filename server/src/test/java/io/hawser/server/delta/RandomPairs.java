package io.hawser.server.delta;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Sources and targets that have something in common. */
final class RandomPairs {
    private static final String CHARACTERS = "{}[]\":,.0123456789abcäöß€猫😀\\\n";

    private final Random random;

    RandomPairs(Random random) {
        this.random = random;
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Of an alphabet so small that blocks repeat. */
    byte[] repetitive(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(2) * random.nextInt(2));
        }
        return bytes;
    }

    byte[] text(int characters) {
        var text = new StringBuilder();
        int count = CHARACTERS.codePointCount(0, CHARACTERS.length());
        for (int i = 0; i < characters; i++) {
            int at = CHARACTERS.offsetByCodePoints(0, random.nextInt(count));
            text.appendCodePoint(CHARACTERS.codePointAt(at));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A few ranges of {@code bytes} removed, repeated, moved or replaced. */
    byte[] edited(byte[] bytes) {
        byte[] edited = bytes;
        for (int edits = random.nextInt(6); edits > 0; edits--) {
            int from = random.nextInt(edited.length + 1);
            int to = from + random.nextInt(Math.min(edited.length - from, 200) + 1);
            byte[] middle =
                    switch (random.nextInt(4)) {
                        case 0 -> new byte[0];
                        case 1 -> bytes(random.nextInt(40));
                        case 2 -> join(slice(edited, from, to), slice(edited, from, to));
                        default -> slice(bytes, bytes.length / 2, bytes.length);
                    };
            edited = join(slice(edited, 0, from), middle, slice(edited, to, edited.length));
        }
        return edited;
    }

    /** The same, of whole characters. */
    byte[] editedText(byte[] utf8) {
        int[] characters = new String(utf8, StandardCharsets.UTF_8).codePoints().toArray();
        for (int edits = random.nextInt(6); edits > 0 && characters.length > 0; edits--) {
            int at = random.nextInt(characters.length);
            characters[at] = CHARACTERS.codePointAt(random.nextInt(CHARACTERS.indexOf("😀")));
        }
        int drop = random.nextInt(Math.min(characters.length, 20) + 1);
        return new String(characters, drop, characters.length - drop)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
