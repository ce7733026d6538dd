package io.hawser.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how long a bench takes. */
final class BenchTime implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,7})(ms|s|m|h)|0");

    @Override
    public Duration convert(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no time; write for example 500ms, 10s, 2m");
        }
        long number = time.group(1) == null ? 0 : Long.parseLong(time.group(1));
        return switch (String.valueOf(time.group(2))) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ZERO;
        };
    }
}
