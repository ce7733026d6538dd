package io.hawser.server.binding;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as configuration files write them: {@code 200ms}, {@code 1h30m}. Stateless. */
public final class DurationText {
    private static final Pattern PART = Pattern.compile("\\G([0-9]{1,15})(ms|s|m|h|d)");

    private DurationText() {}

    /**
     * Reads a duration; {@code 0} needs no unit.
     *
     * @throws IllegalArgumentException if the text is no duration, or longer than a long of
     *     milliseconds
     */
    static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = PART.matcher(text);
        long totalMs = 0;
        int end = 0;
        while (matcher.find()) {
            totalMs =
                    add(totalMs, Long.parseLong(matcher.group(1)), unitMs(matcher.group(2)), text);
            end = matcher.end();
        }
        if (end == 0 || end != text.length()) {
            throw new IllegalArgumentException("no duration: " + text);
        }
        return Duration.ofMillis(totalMs);
    }

    /** In as few units as are exact: {@code 300s} is {@code 5m}. */
    public static String of(Duration duration) {
        long ms = duration.toMillis();
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            if (ms != 0 && ms % unitMs(unit) == 0) {
                return ms / unitMs(unit) + unit;
            }
        }
        return ms + "ms";
    }

    private static long add(long totalMs, long count, long unitMs, String text) {
        try {
            return Math.addExact(totalMs, Math.multiplyExact(count, unitMs));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too long: " + text, e);
        }
    }

    private static long unitMs(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> throw new IllegalArgumentException("unknown unit: " + unit);
        };
    }
}
