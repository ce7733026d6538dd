package io.hawser.server.hook;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.http.Json;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Letters in a directory of their own, a file each, in the order in which they were added. A letter
 * that was added is on the disk, whole, whatever happens to the process or the machine; one that
 * was removed may come back after the machine lost its power. Bounded in letters and bytes. All are
 * in memory too. Thread-safe; adding and removing wait for the disk.
 */
public final class Spool {
    private static final Logger log = LoggerFactory.getLogger(Spool.class);
    private static final Pattern NAME = Pattern.compile("(\\d{19})\\.json");
    private static final String UNFINISHED = ".unfinished";
    private static final String UNREADABLE = ".unreadable";

    private final Path directory;
    private final int maxLetters;
    private final long maxBytes;
    private final Map<String, Stored> letters = new LinkedHashMap<>();
    private long lastNumber;
    private long bytes;

    private record Stored(Letter letter, Path file, long bytes) {}

    private Spool(Path directory, int maxLetters, long maxBytes) {
        this.directory = directory;
        this.maxLetters = maxLetters;
        this.maxBytes = maxBytes;
    }

    /**
     * Opens the directory, which is made if need be, with what is in it.
     *
     * @throws IOException if it cannot be read or written
     */
    public static Spool open(Path directory, int maxLetters, long maxBytes) throws IOException {
        Files.createDirectories(directory);
        var spool = new Spool(directory, maxLetters, maxBytes);
        spool.load();
        return spool;
    }

    private synchronized void load() throws IOException {
        Map<Long, Path> files = new TreeMap<>();
        try (Stream<Path> found = Files.list(directory)) {
            for (Path file : found.toList()) {
                String name = file.getFileName().toString();
                Matcher matcher = NAME.matcher(name);
                if (matcher.matches()) {
                    files.put(Long.valueOf(matcher.group(1)), file);
                } else if (name.endsWith(UNFINISHED)) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<Long, Path> each : files.entrySet()) {
            lastNumber = each.getKey();
            load(each.getValue());
        }
    }

    private void load(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        try {
            Letter letter = Json.decodeWhole(Payload.of(json), Letter.class);
            if (letters.containsKey(letter.id())) {
                Files.delete(file);
            } else {
                keep(letter, file, json.length);
            }
        } catch (JacksonException e) {
            log.error("{} cannot be read and is laid aside", file, e);
            Path aside = file.resolveSibling(file.getFileName() + UNREADABLE);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void keep(Letter letter, Path file, long size) {
        letters.put(letter.id(), new Stored(letter, file, size));
        bytes += size;
    }

    /**
     * Adds one behind all others, unless one of that id is here.
     *
     * @return false if there is no room
     * @throws IOException if it could not be written
     */
    public synchronized boolean add(Letter letter) throws IOException {
        if (letters.containsKey(letter.id())) {
            return true;
        }
        byte[] json = Json.encode(letter);
        if (letters.size() >= maxLetters || bytes + json.length > maxBytes) {
            return false;
        }
        lastNumber++;
        Path file = directory.resolve("%019d.json".formatted(lastNumber));
        write(json, file);
        keep(letter, file, json.length);
        return true;
    }

    /** Whole or not at all, and on the disk when it returns. */
    private void write(byte[] json, Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try (FileChannel channel =
                FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(json);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /**
     * Removes one.
     *
     * @return null if it is not here
     * @throws IOException if its file could not be removed: it is back after a restart
     */
    public synchronized @Nullable Letter remove(String id) throws IOException {
        Stored stored = letters.remove(id);
        if (stored == null) {
            return null;
        }
        bytes -= stored.bytes();
        Files.deleteIfExists(stored.file());
        return stored.letter();
    }

    /** The oldest, null if there is none. */
    public synchronized @Nullable Letter first() {
        return letters.isEmpty() ? null : letters.values().iterator().next().letter();
    }

    /** The oldest of those, null if there is none. */
    public synchronized @Nullable Letter first(Predicate<Letter> those) {
        for (Stored stored : letters.values()) {
            if (those.test(stored.letter())) {
                return stored.letter();
            }
        }
        return null;
    }

    public synchronized @Nullable Letter get(String id) {
        Stored stored = letters.get(id);
        return stored == null ? null : stored.letter();
    }

    /** All, oldest first. */
    public synchronized List<Letter> letters() {
        List<Letter> all = new ArrayList<>();
        letters.values().forEach(stored -> all.add(stored.letter()));
        return all;
    }

    public synchronized int size() {
        return letters.size();
    }

    /** Of all files together. */
    public synchronized long bytes() {
        return bytes;
    }
}
