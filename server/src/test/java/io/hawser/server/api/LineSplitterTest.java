package io.hawser.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class LineSplitterTest {
    private final LineSplitter splitter = new LineSplitter(5);

    private List<String> feed(String part) {
        return texts(splitter.feed(ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<String> texts(List<LineSplitter.Line> lines) {
        return lines.stream()
                .map(
                        line ->
                                switch (line) {
                                    case LineSplitter.Line.Whole whole -> whole.text().toString();
                                    case LineSplitter.Line.TooLong _ -> "TOO LONG";
                                })
                .toList();
    }

    @Test
    void aLineMayComeInParts() {
        assertThat(feed("a\nbc")).containsExactly("a");
        assertThat(feed("d")).isEmpty();
        assertThat(feed("\n\n \t\r\ne")).containsExactly("bcd");
        assertThat(texts(splitter.finish())).containsExactly("e");
        assertThat(splitter.finish()).isEmpty();
    }

    @Test
    void aLineThatIsTooLongDoesNotSpoilTheNext() {
        assertThat(feed("12345\n123456\n1234567890123\nabc\n"))
                .containsExactly("12345", "TOO LONG", "TOO LONG", "abc");
        assertThat(feed("123456")).isEmpty();
        assertThat(texts(splitter.finish())).containsExactly("TOO LONG");
    }

    @Test
    void howItIsCutDoesNotMatter() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String line = "x".repeat(random.nextInt(8));
            text.append(line).append('\n');
            if (!line.isEmpty()) {
                expected.add(line.length() > 5 ? "TOO LONG" : line);
            }
        }

        List<String> found = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(20));
            found.addAll(feed(text.substring(at, end)));
            at = end;
        }

        assertThat(found).as("seed %s", seed).isEqualTo(expected);
    }
}
