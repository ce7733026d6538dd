package io.hawser.cli.demo;

import java.util.List;

/** Cuts text to its end. */
final class Tail {
    private Tail() {}

    /** The last lines of a text. */
    static String of(String text, int lines) {
        List<String> all = text.lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
}
