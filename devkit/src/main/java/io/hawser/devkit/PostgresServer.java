package io.hawser.devkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A real PostgreSQL server on a port of 127.0.0.1, from wherever {@link ServiceSource} finds one.
 * Thread-safe: calls wait for each other.
 */
public final class PostgresServer implements AutoCloseable {
    private static final String IMAGE = "postgres:17-alpine";
    private static final int CONTAINER_PORT = 5432;
    private static final String USER = "hawser";
    private static final String PASSWORD = "hawser";
    private static final String DATABASE = "postgres";

    private final int port;
    private final Consumer<String> announce;
    private final String description;
    private final Service service;

    private PostgresServer(PostgresOptions options) {
        this.port = options.port == 0 ? Ports.free() : options.port;
        this.announce = options.announce;
        List<String> settings = settings(options);
        Optional<Path> installed = Program.findPostgresBin();
        var source = ServiceSource.choose(options.source, installed.isPresent());
        if (source == ServiceSource.DOCKER) {
            this.description = "postgresql (docker: " + IMAGE + ")";
            this.service = container(settings);
        } else {
            Path bin =
                    source == ServiceSource.PACKAGED
                            ? PackagedPrograms.postgresBin()
                            : installed.orElseThrow(
                                    () -> new ServiceFailedException("postgres: not found"));
            this.description =
                    "postgresql %s (%s: %s)"
                            .formatted(
                                    Program.version(bin.resolve("postgres"), "--version"),
                                    source.label(),
                                    bin);
            this.service =
                    new LocalService(
                            "postgres",
                            new Service.Address("127.0.0.1", port),
                            options.directory,
                            new PostgresRecipe(bin, port, USER, PASSWORD, settings));
        }
    }

    /** Starts one with the default options. */
    public static PostgresServer start() {
        return start(new PostgresOptions());
    }

    /**
     * Starts one, and waits until it answers.
     *
     * @throws ServiceFailedException if it does not
     */
    public static PostgresServer start(PostgresOptions options) {
        var server = new PostgresServer(options);
        try {
            server.startService();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Its port on 127.0.0.1; the same after a restart. */
    public int port() {
        return port;
    }

    /** Where JDBC clients find it, without user and password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** The superuser's name. */
    public String user() {
        return USER;
    }

    /** The superuser's password. */
    public String password() {
        return PASSWORD;
    }

    /** Version and source: {@code postgresql 15.8 (installed: /usr/lib/postgresql/15/bin)}. */
    public String description() {
        return description;
    }

    /** Whether its process is there, suspended or not. */
    public synchronized boolean isAlive() {
        return service.isAlive();
    }

    /** Kills all its processes as by kill -9. */
    public synchronized void kill() {
        service.kill();
    }

    /** Freezes it with all its sessions: connections stay open, but nothing answers. */
    public synchronized void suspend() {
        service.suspend();
    }

    /** Undoes {@link #suspend()}. */
    public synchronized void resume() {
        service.resume();
    }

    /** Stops it if it runs, cutting its sessions, and starts it on the same port and data. */
    public synchronized void restart() {
        service.stop();
        startService();
    }

    /** Stops it if it runs, and starts it on the same port with a new, empty database. */
    public synchronized void restartEmpty() {
        service.stop();
        service.wipe();
        startService();
    }

    /** Stops it, and deletes its data unless they are in a directory that the options named. */
    @Override
    public synchronized void close() {
        service.remove();
    }

    private synchronized void startService() {
        service.start(() -> Probe.postgres(port, USER));
        announce.accept(description + " on 127.0.0.1:" + port);
    }

    private Service container(List<String> settings) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        command.addAll(settings);
        var environment =
                Map.of(
                        "POSTGRES_USER", USER,
                        "POSTGRES_PASSWORD", PASSWORD,
                        "POSTGRES_DB", DATABASE);
        return new DockerService(
                new DockerService.Spec(IMAGE, CONTAINER_PORT, port, environment, command));
    }

    private static List<String> settings(PostgresOptions options) {
        String onOff = options.fsync ? "on" : "off";
        return List.of(
                "-c",
                "fsync=" + onOff,
                "-c",
                "full_page_writes=" + onOff,
                "-c",
                "max_connections=" + options.maxConnections);
    }
}
