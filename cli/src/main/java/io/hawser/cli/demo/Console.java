package io.hawser.cli.demo;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What the demo tells its user. Thread-safe: lines never mix. */
final class Console {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final PrintWriter out;

    Console(PrintWriter out) {
        this.out = out;
    }

    /** Text as it is. */
    synchronized void print(String text) {
        out.println(text);
        out.flush();
    }

    /** Something that happened just now. */
    void event(String text) {
        print(LocalTime.now(ZoneId.systemDefault()).format(TIME) + "  " + text);
    }
}
