package io.hawser.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@link Spool}: what is in it is on the disk, in order, up to its bounds. */
class SpoolTest {
    private static final long ROOM = 1 << 20;

    @TempDir Path directory;

    private static Letter letter(String id) {
        return Letter.fresh(id, "node.failed", "{\"ä\":\"" + id + "\"}", 7);
    }

    private static List<String> ids(Spool spool) {
        return spool.letters().stream().map(Letter::id).toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anotherOneFindsWhatTheFirstLaidDown() throws IOException {
        Spool first = Spool.open(directory, 10, ROOM);
        for (String id : List.of("a", "b", "c", "b")) {
            assertThat(first.add(letter(id))).isTrue();
        }
        assertThat(first.remove("a")).isEqualTo(letter("a"));
        assertThat(first.remove("a")).isNull();

        Spool second = Spool.open(directory, 10, ROOM);
        assertThat(second.letters()).containsExactly(letter("b"), letter("c"));
        assertThat(second.bytes()).isEqualTo(first.bytes()).isPositive();
        second.add(letter("a"));
        assertThat(second.first()).isEqualTo(letter("b"));
        assertThat(ids(Spool.open(directory, 10, ROOM))).containsExactly("b", "c", "a");
    }

    @Test
    void thereIsNoRoomBeyondItsBounds() throws IOException {
        Spool spool = Spool.open(directory, 2, ROOM);
        spool.add(letter("a"));
        spool.add(letter("b"));
        assertThat(spool.add(letter("c"))).isFalse();
        spool.remove("a");
        assertThat(spool.add(letter("c"))).isTrue();

        long size = spool.bytes() / 2;
        Spool narrow = Spool.open(directory.resolve("narrow"), 10, 2 * size);
        assertThat(narrow.add(letter("a"))).isTrue();
        assertThat(narrow.add(letter("b"))).isTrue();
        assertThat(narrow.add(letter("c"))).isFalse();
    }

    @Test
    void whatWasNotFinishedIsRemovedAndWhatIsDamagedLaidAside() throws IOException {
        Spool spool = Spool.open(directory, 10, ROOM);
        spool.add(letter("a"));
        spool.add(letter("b"));
        Files.writeString(directory.resolve("0000000000000000009.json.unfinished"), "{");
        Files.writeString(directory.resolve("0000000000000000001.json"), "{\"id\":\"a\"");
        Files.writeString(directory.resolve("notes.txt"), "mine");

        assertThat(ids(Spool.open(directory, 10, ROOM))).containsExactly("b");
        assertThat(files())
                .containsExactly(
                        "0000000000000000001.json.unreadable",
                        "0000000000000000002.json",
                        "notes.txt");
    }
}
