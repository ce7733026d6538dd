package io.hawser.devkit;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until a process that was sent {@link Signal#STOP} has stopped: each of its threads goes on
 * until the kernel gets to it, and on busy cores may still answer somebody. Stateless, thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
final class Freezing {
    /** The kernel needs milliseconds, if the machine does not stand still. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Stopped, stopped by a debugger, a zombie, dead. */
    private static final String NOT_RUNNING = "TtZXx";

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Freezing() {}

    /** False if it runs after ten seconds; true without a wait where there is no /proc. */
    static boolean await(long pid) {
        Path threads = Path.of("/proc", Long.toString(pid), "task");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (anyRuns(threads)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    private static boolean anyRuns(Path threads) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                if (runs(thread)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false; // it has ended
        }
    }

    private static boolean runs(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int state = stat.lastIndexOf(')') + 2;
            return NOT_RUNNING.indexOf(stat.charAt(state)) < 0;
        } catch (IOException e) {
            return false; // a thread that has ended
        }
    }
}
