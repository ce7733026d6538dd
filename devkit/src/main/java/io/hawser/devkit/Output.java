package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a process prints: appended to a file, handed to a consumer, and its newest {@value
 * #MAX_LINES} lines kept. Read by one thread of its own; the other methods are thread-safe.
 */
final class Output {
    static final int MAX_LINES = 2_000;
    private static final int TAIL_LINES = 30;

    private record Waiter(Predicate<String> wanted, CompletableFuture<String> found) {}

    private final @Nullable Path file;
    private final @Nullable Consumer<String> consumer;
    private final Deque<String> newest = new ArrayDeque<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private long lineCount;
    private boolean ended;

    Output(@Nullable Path file, @Nullable Consumer<String> consumer) {
        this.file = file;
        this.consumer = consumer;
    }

    /** Starts the reading thread; it ends with the stream. */
    Thread read(String name, InputStream stream) {
        return Thread.ofPlatform().daemon().name("output-" + name).start(() -> readAll(stream));
    }

    /** How many lines there were until now. */
    synchronized long lineCount() {
        return lineCount;
    }

    /**
     * The first line that is wanted, among the kept ones from number {@code from} on (counted from
     * 0) and all that come; fails with IllegalStateException when the output ends without it.
     */
    synchronized CompletableFuture<String> find(long from, Predicate<String> wanted) {
        var found = new CompletableFuture<String>();
        long number = lineCount - newest.size();
        for (String line : newest) {
            if (number++ >= from && wanted.test(line)) {
                found.complete(line);
                return found;
            }
        }
        if (ended) {
            found.completeExceptionally(new IllegalStateException("output ended"));
        } else {
            waiters.add(new Waiter(wanted, found));
        }
        return found;
    }

    /** The last lines, for error messages. */
    synchronized String tail() {
        var lines = new ArrayList<>(newest);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private void readAll(InputStream stream) {
        try (var reader =
                        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
                Writer copy = openFile()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                copy.write(line + "\n");
                copy.flush();
                take(line);
            }
        } catch (IOException e) {
            take("(output cannot be read or written any more: " + e + ")");
        } finally {
            end();
        }
    }

    private Writer openFile() throws IOException {
        return file == null
                ? Writer.nullWriter()
                : Files.newBufferedWriter(
                        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void take(String line) {
        List<Waiter> satisfied = new ArrayList<>();
        synchronized (this) {
            lineCount++;
            newest.add(line);
            if (newest.size() > MAX_LINES) {
                newest.remove();
            }
            waiters.removeIf(waiter -> waiter.wanted.test(line) && satisfied.add(waiter));
        }
        satisfied.forEach(waiter -> waiter.found.complete(line));
        if (consumer != null) {
            consumer.accept(line);
        }
    }

    private void end() {
        List<Waiter> disappointed;
        synchronized (this) {
            ended = true;
            disappointed = List.copyOf(waiters);
            waiters.clear();
        }
        disappointed.forEach(
                waiter ->
                        waiter.found.completeExceptionally(
                                new IllegalStateException("output ended")));
    }

    /** Creates the file's directory. */
    void prepare() {
        try {
            if (file != null && file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
