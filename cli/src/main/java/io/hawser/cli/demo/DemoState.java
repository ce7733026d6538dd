package io.hawser.cli.demo;

import io.hawser.cli.demo.DemoException.Kind;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * What a running demo tells other terminals and scripts, as a file that only its user can read.
 * Immutable.
 *
 * @param pid process of the demo itself
 * @param page address of the page, through the proxy if there is one
 * @param client WebSocket address for clients
 * @param token a connection token
 * @param apiKey key of every node's admin port
 * @param directory where logs and data are
 */
public record DemoState(
        long pid,
        String page,
        String client,
        String token,
        String apiKey,
        String directory,
        List<Node> nodes) {

    /**
     * One node.
     *
     * @param pid its process, 0 while it is down
     */
    public record Node(String id, long pid, String url, String adminUrl) {}

    private static final String FILE = "demo.json";
    private static final JsonMapper JSON = new JsonMapper();

    public DemoState {
        nodes = List.copyOf(nodes);
    }

    /** Replaces the file at once, so that no reader sees half of it. */
    void write(Path runDirectory) {
        try {
            Path next =
                    Files.createTempFile(
                            runDirectory,
                            FILE,
                            ".new",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
            Files.move(
                    next,
                    runDirectory.resolve(FILE),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new DemoException(
                    Kind.FAILED, "cannot write into " + runDirectory + ": " + e, "", e);
        }
    }

    /** What the demo that runs, or ran, has left there. */
    static Optional<DemoState> read(Path runDirectory) {
        try {
            String text = Files.readString(runDirectory.resolve(FILE));
            return Optional.of(JSON.readValue(text, DemoState.class));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            throw new DemoException(
                    Kind.FAILED,
                    "cannot read " + runDirectory.resolve(FILE) + ": " + e.getMessage(),
                    "Remove it if no demo runs.",
                    e);
        }
    }

    /** Takes the file away. */
    static void remove(Path runDirectory) {
        try {
            Files.deleteIfExists(runDirectory.resolve(FILE));
        } catch (IOException e) {
            throw new DemoException(
                    Kind.FAILED, "cannot remove " + runDirectory.resolve(FILE) + ": " + e, "", e);
        }
    }
}
