package io.hawser.server;

import io.hawser.server.config.NodeConfig;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Where a node keeps what must survive a restart. Stateless. */
final class StateDirectory {
    /** Set by systemd ({@code StateDirectory=}); may list several. */
    private static final String SYSTEMD = "STATE_DIRECTORY";

    /** What stands for the node's id. */
    private static final String ID = "%i";

    private StateDirectory() {}

    /** The directory; it may not be there yet. */
    static Path of(NodeConfig config) {
        return of(config, System.getenv());
    }

    static Path of(NodeConfig config, Map<String, String> environment) {
        if (!config.stateDir().isEmpty()) {
            return Path.of(config.stateDir().replace(ID, config.id()));
        }
        String given = environment.getOrDefault(SYSTEMD, "").split(File.pathSeparator, 2)[0];
        return given.isEmpty() ? Path.of("state", config.id()) : Path.of(given);
    }

    /**
     * Makes a directory, if need be, and claims it for this process while it lives.
     *
     * @return gives it back
     * @throws IOException if it cannot be made or written, or another process has it
     */
    static Closeable claim(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (!isLocked(lock)) {
            lock.close();
            throw new IOException("another node uses it");
        }
        return lock;
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // a node in this process has it
        }
    }
}
