package io.hawser.server.protocol;

import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** Random values with a taste for the ends of their ranges. */
final class RandomValues {
    private static final List<String> TEXTS =
            List.of(
                    "",
                    "a",
                    "news:42",
                    "a/b\\c\"d",
                    "\u0000\u001f\u007f\n\r\t",
                    "\u00e9\u20ac\u2028",
                    "\ud83d\ude00",
                    "x".repeat(300));
    private static final long[] LONGS = {
        0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, 1L << 53, Long.MAX_VALUE
    };

    private final Random random;

    RandomValues(Random random) {
        this.random = random;
    }

    boolean bool() {
        return random.nextBoolean();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    /** 0 or more. */
    long number() {
        return LONGS[random.nextInt(LONGS.length)];
    }

    /** 0 or more. */
    int integer() {
        return (int) Math.min(number(), Integer.MAX_VALUE);
    }

    int anyInteger() {
        return bool() ? integer() : random.nextInt();
    }

    long anyNumber() {
        return bool() ? number() : random.nextLong();
    }

    /** JSON without line breaks, and not null, which stands for no payload at all. */
    String json() {
        return json(3);
    }

    private String json(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> Integer.toString(anyInteger());
            case 1 -> random.nextInt(1000) / 1000.0 + "e-7";
            case 2 -> bool() ? " true" : "false ";
            case 3 -> "\"\\n\\u00e9\u00e9\\\\\\\"\ud83d\ude00\"";
            case 4 -> '"' + "y".repeat(random.nextInt(200)) + '"';
            case 5 -> joined("[", "]", () -> json(depth - 1));
            default -> joined("{", "}", () -> "\"k\": " + json(depth - 1));
        };
    }

    private String joined(String open, String close, Supplier<String> element) {
        StringJoiner joiner = new StringJoiner(" , ", open, close);
        for (int i = random.nextInt(4); i > 0; i--) {
            joiner.add(element.get());
        }
        return joiner.toString();
    }
}
