package io.hawser.devkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The installed HAProxy (2.5 or newer), run in the foreground with a configuration file of the
 * caller: a master process, and a worker that it replaces on reload. Thread-safe.
 */
public final class Haproxy implements AutoCloseable {
    private static final String PROGRAM = "haproxy";
    private static final String VALID = "Configuration file is valid";
    private static final Duration START_TIME = Duration.ofSeconds(30);

    private final ManagedProcess master;

    private Haproxy(ManagedProcess master) {
        this.master = master;
    }

    /** Whether it is installed. */
    public static boolean isInstalled() {
        return Program.find(PROGRAM).isPresent();
    }

    /** Its version and place, such as {@code haproxy 2.6.12 (installed: /usr/sbin/haproxy)}. */
    public static String description() {
        return "haproxy %s (installed: %s)".formatted(Program.version(program(), "-v"), program());
    }

    /**
     * What it finds wrong in a configuration file that it would still run with.
     *
     * @return lines of warnings; none if the file is clean
     * @throws ServiceFailedException if it refuses the file, with the reasons
     */
    public static List<String> check(Path configuration) {
        var command = List.of(program().toString(), "-c", "-f", configuration.toString());
        try (var process = ManagedProcess.builder(PROGRAM, command).start()) {
            if (process.awaitExit(START_TIME) != 0) {
                throw process.failure("refuses " + configuration, null);
            }
            return process.outputTail().lines().filter(line -> !line.equals(VALID)).toList();
        }
    }

    /**
     * Starts it, and waits until it listens.
     *
     * @param outputFile where its output goes, and its log if the configuration logs to stdout
     * @throws ServiceFailedException if it refuses the file or cannot listen, with the reasons
     */
    public static Haproxy start(Path configuration, Path outputFile) {
        var command = List.of(program().toString(), "-W", "-db", "-f", configuration.toString());
        var haproxy =
                new Haproxy(
                        ManagedProcess.builder(PROGRAM, command).outputFile(outputFile).start());
        try {
            haproxy.awaitLoaded(0);
            return haproxy;
        } catch (ServiceFailedException e) {
            haproxy.close();
            throw e;
        }
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return master.isAlive();
    }

    /** The process id of the master. */
    public long pid() {
        return master.pid();
    }

    /**
     * Reads the configuration file again: a new worker takes the new connections, while the old one
     * goes on with those that it has.
     *
     * @throws ServiceFailedException if the file is refused; the old worker then goes on
     */
    public synchronized void reload() {
        long seen = master.outputLines();
        // For a moment after it is loaded the master ignores signals, so this may need repeating.
        if (!Probe.await(() -> startsReload(seen), master::isAlive, START_TIME)) {
            throw master.failure("does not reload", null);
        }
        awaitLoaded(seen);
    }

    private boolean startsReload(long from) {
        master.signal(Signal.USR2);
        return master.hasOutput(
                from, line -> line.contains("Reloading HAProxy"), Duration.ofSeconds(3));
    }

    /** Stops it at once, with the connections through it. */
    @Override
    public void close() {
        master.close();
    }

    private void awaitLoaded(long from) {
        String outcome =
                master.awaitOutput(
                        from,
                        line ->
                                line.contains("Loading success")
                                        || line.contains("Loading failure"),
                        START_TIME);
        if (outcome.contains("Loading failure")) {
            throw master.failure("refuses its configuration", null);
        }
    }

    private static Path program() {
        return Program.find(PROGRAM)
                .orElseThrow(() -> new ServiceFailedException("haproxy is not installed"));
    }
}
