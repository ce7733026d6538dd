package io.hawser.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.regex.Pattern;

/** Reads a rate: a number above 0, or {@code max}, which is 0. */
final class BenchRate implements ITypeConverter<Double> {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,8}(\\.\\d{1,6})?");

    @Override
    public Double convert(String text) {
        if (text.equals("max")) {
            return 0.0;
        }
        double rate = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : 0;
        if (rate <= 0) {
            throw new TypeConversionException(
                    "'"
                            + text
                            + "' is no rate; write a number above 0, or max for as fast as --window"
                            + " allows");
        }
        return rate;
    }
}
