package io.hawser.cli.demo;

import io.hawser.cli.demo.DemoException.Kind;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Where a user's running demo leaves its state and its control socket: a directory that nobody else
 * can read or write. Stateless.
 */
public final class RunDirectory {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private RunDirectory() {}

    /** Below XDG_RUNTIME_DIR if there is one, else below the temporary directory. */
    public static Path of(Map<String, String> environment) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty() && Files.isWritable(Path.of(runtime))) {
            return Path.of(runtime, "hawser");
        }
        String temporary = System.getProperty("java.io.tmpdir");
        return Path.of(temporary, "hawser-" + System.getProperty("user.name"));
    }

    /**
     * Creates it, or makes sure that the one that is there is ours alone: in a temporary directory
     * somebody else could have put it there first.
     */
    static Path secured(Path directory) {
        try {
            create(directory);
            var found =
                    Files.readAttributes(
                            directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String me = System.getProperty("user.name");
            if (!found.isDirectory()
                    || !found.owner().getName().equals(me)
                    || !found.permissions().equals(OWNER_ONLY)) {
                throw new DemoException(
                        Kind.FAILED,
                        directory + " is not a directory of " + me + " alone",
                        "Remove it, or set XDG_RUNTIME_DIR to a directory of yours.");
            }
            return directory;
        } catch (IOException e) {
            throw new DemoException(
                    Kind.FAILED,
                    "cannot create " + directory + ": " + e.getMessage(),
                    "Set XDG_RUNTIME_DIR to a directory of yours.",
                    e);
        }
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException there) {
            // Ours from before, or not: the caller looks.
            return;
        }
    }
}
