package io.hawser.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text in aligned columns; numbers to the right. For one thread. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        rows.add(List.of(header));
    }

    void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row needs as many cells as the header");
        }
        rows.add(List.of(cells));
    }

    /** A cell with a moment, to the second, in UTC. */
    static String moment(long millisSince1970) {
        return Instant.ofEpochMilli(millisSince1970).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    void print(PrintWriter out) {
        List<Integer> widths =
                IntStream.range(0, rows.getFirst().size()).mapToObj(this::width).toList();
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> aligned(row.get(column), widths.get(column)))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private static String aligned(String cell, int width) {
        String padding = " ".repeat(width - cell.length());
        boolean number = !cell.isEmpty() && Character.isDigit(cell.charAt(0));
        return number ? padding + cell : cell + padding;
    }
}
