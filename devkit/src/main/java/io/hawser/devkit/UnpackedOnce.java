package io.hawser.devkit;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Directories that are filled once and used by all later runs of this user: below {@code ~/.cache},
 * or for root below {@code /var/cache}, which the user that root runs PostgreSQL as can enter.
 * Thread-safe, also between processes: a directory appears whole, by renaming.
 */
final class UnpackedOnce {
    private static final int ANY_EXECUTE_BIT = 0b001_001_001;
    private static final Set<PosixFilePermission> RUN =
            PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> READ =
            PosixFilePermissions.fromString("rw-r--r--");

    /** Fills an empty directory. */
    interface Unpacker {
        void unpack(Path into) throws IOException;
    }

    private UnpackedOnce() {}

    /** The directory of that name; unpacks it if it is not there yet. */
    static Path directory(String name, Unpacker unpacker) {
        try {
            Path cache = makeDirectories(cache());
            Path home = cache.resolve(name);
            if (!Files.exists(home)) {
                Path staged = Files.createTempDirectory(cache, name + "-");
                try {
                    unpacker.unpack(staged);
                    Files.setPosixFilePermissions(staged, RUN);
                    publish(staged, home);
                } finally {
                    Trees.delete(staged);
                }
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacks a .tar.xz archive. */
    static void untarXz(InputStream archive, Path into) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                write(tar, entry, entry.resolveIn(into));
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
            throws IOException {
        if (entry.isDirectory()) {
            makeDirectories(path);
            return;
        }
        makeParent(path);
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(tar, path);
            boolean program = (entry.getMode() & ANY_EXECUTE_BIT) != 0;
            Files.setPosixFilePermissions(path, program ? RUN : READ);
        } else {
            throw new IOException("unexpected kind of archive entry: " + entry.getName());
        }
    }

    private static Path cache() {
        Path home = Path.of(System.getProperty("user.home"), ".cache");
        return UnprivilegedUser.ifRoot().isPresent()
                ? Path.of("/var/cache/hawser")
                : home.resolve("hawser");
    }

    /** Creates what is missing, open to all users whatever the umask says. */
    private static Path makeDirectories(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            makeParent(path);
            try {
                Files.createDirectory(path);
            } catch (FileAlreadyExistsException anotherProcessWasFaster) {
                return path;
            }
            Files.setPosixFilePermissions(path, RUN);
        }
        return path;
    }

    private static void makeParent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent != null) {
            makeDirectories(parent);
        }
    }

    private static void publish(Path staged, Path home) throws IOException {
        try {
            Files.move(staged, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another process was faster: rename refuses to replace a directory with files in it.
            if (!Files.exists(home)) {
                throw e;
            }
        }
    }
}
