package io.hawser.cli;

import io.hawser.grid.failover.DrainOrder;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a pace: {@code 500/s}, or {@code 500}. */
final class RateOption implements ITypeConverter<Integer> {
    private static final Pattern RATE = Pattern.compile("(\\d{1,7})(/s)?");

    @Override
    public Integer convert(String text) {
        Matcher rate = RATE.matcher(text);
        int number = rate.matches() ? Integer.parseInt(rate.group(1)) : 0;
        if (number < 1 || number > DrainOrder.MAX_RATE) {
            throw new TypeConversionException(
                    "'"
                            + text
                            + "' is no pace; write connections a second, such as 500/s, from 1 to "
                            + DrainOrder.MAX_RATE);
        }
        return number;
    }
}
