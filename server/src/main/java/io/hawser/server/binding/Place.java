package io.hawser.server.binding;

/**
 * Where a value was given. Immutable.
 *
 * @param source a file, {@code environment variable X}, or {@code --set key}
 * @param line from 1; 0 if the source has no lines
 * @param column from 1
 */
public record Place(String source, int line, int column) {
    public static Place of(String source) {
        return new Place(source, 0, 0);
    }

    /** {@code hawser.yaml:3:9}, or the source alone. */
    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line + ":" + column;
    }
}
