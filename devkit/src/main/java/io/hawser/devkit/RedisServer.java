package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A real Redis server on a port of 127.0.0.1, or of another host of ours, from wherever {@link
 * ServiceSource} finds one. Thread-safe: calls wait for each other.
 */
public final class RedisServer implements AutoCloseable {
    private static final String IMAGE = "redis:7.4-alpine";
    private static final int CONTAINER_PORT = 6379;

    private final NetworkHost host;
    private final int port;
    private final @Nullable String password;
    private final List<String> arguments;
    private final Consumer<String> announce;
    private final String description;
    private final Service service;

    private RedisServer(RedisOptions options) {
        this.host = options.host;
        this.port = options.port == 0 ? Ports.free() : options.port;
        this.password = options.password;
        this.arguments = arguments(options);
        this.announce = options.announce;
        Optional<Path> installed = Program.find("redis-server");
        var source =
                ServiceSource.choose(
                        options.local ? localSource() : options.source, installed.isPresent());
        if (source == ServiceSource.DOCKER) {
            if (host != NetworkHost.local()) {
                throw new ServiceFailedException("redis in a container cannot run on " + host);
            }
            this.description = "redis (docker: " + IMAGE + ")";
            this.service = container();
        } else {
            Path program =
                    source == ServiceSource.PACKAGED
                            ? PackagedPrograms.redis()
                            : installed.orElseThrow(
                                    () -> new ServiceFailedException("redis-server: not found"));
            this.description =
                    "redis %s (%s: %s)"
                            .formatted(
                                    Program.version(program, "--version"), source.label(), program);
            this.service = new LocalService("redis", address(), options.directory, recipe(program));
        }
    }

    /** What {@link RedisOptions#local} runs: the installed one, else the one of Maven. */
    static ServiceSource localSource() {
        boolean installed = Program.find("redis-server").isPresent();
        return installed ? ServiceSource.INSTALLED : ServiceSource.PACKAGED;
    }

    static Path localProgram() {
        return Program.find("redis-server").orElseGet(PackagedPrograms::redis);
    }

    /** Whether {@link RedisOptions#local} runs an installed one, which knows all that it should. */
    public static boolean isInstalled() {
        return localSource() == ServiceSource.INSTALLED;
    }

    /** Starts one with the default options. */
    public static RedisServer start() {
        return start(new RedisOptions());
    }

    /**
     * Starts one, and waits until it answers.
     *
     * @throws ServiceFailedException if it does not
     */
    public static RedisServer start(RedisOptions options) {
        var server = new RedisServer(options);
        try {
            server.startService();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Its port, at 127.0.0.1 unless it has a host; the same after a restart. */
    public int port() {
        return port;
    }

    /** Where it runs. */
    public NetworkHost host() {
        return host;
    }

    /** Where clients find it, with the password if there is one: {@code redis://127.0.0.1:6379}. */
    public String uri() {
        String credentials =
                password == null
                        ? ""
                        : ":" + URLEncoder.encode(password, StandardCharsets.UTF_8) + "@";
        return "redis://" + credentials + host.address() + ":" + port;
    }

    /**
     * The answer to one inline command, of one line or one bulk; within five seconds. Not for
     * servers with a password.
     *
     * @throws ServiceFailedException if the answer is an error
     * @throws UncheckedIOException if there is none
     */
    public String ask(String command) {
        return RedisCommandLine.ask(address(), command);
    }

    /** Version and source, such as {@code redis 7.0.15 (installed: /usr/bin/redis-server)}. */
    public String description() {
        return description;
    }

    /** Whether its process is there, suspended or not. */
    public synchronized boolean isAlive() {
        return service.isAlive();
    }

    /** Kills it as by kill -9. */
    public synchronized void kill() {
        service.kill();
    }

    /** Freezes it: connections stay open, but nothing answers. */
    public synchronized void suspend() {
        service.suspend();
    }

    /** Undoes {@link #suspend()}; it then runs the commands that it has received meanwhile. */
    public synchronized void resume() {
        service.resume();
    }

    /** Stops it if it runs, and starts it on the same port with what it has written to disk. */
    public synchronized void restart() {
        service.stop();
        startService();
    }

    /** Stops it if it runs, and starts it on the same port without data. */
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
        service.start(() -> Probe.redis(address(), password));
        announce.accept(description + " on " + host.address() + ":" + port);
    }

    private Service.Address address() {
        return new Service.Address(host.address(), port);
    }

    private Service container() {
        List<String> command = new ArrayList<>(List.of("redis-server"));
        command.addAll(arguments);
        return new DockerService(
                new DockerService.Spec(IMAGE, CONTAINER_PORT, port, Map.of(), command));
    }

    private LocalService.Recipe recipe(Path program) {
        return new LocalService.Recipe() {
            @Override
            public void prepare(Path data) {
                try {
                    Files.createDirectories(data);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public ManagedProcess.Builder process(Path data) {
                List<String> command = new ArrayList<>(List.of(program.toString()));
                command.addAll(List.of("--bind", host.address()));
                command.addAll(List.of("--port", Integer.toString(port)));
                if (host != NetworkHost.local()) {
                    command.addAll(List.of("--protected-mode", "no"));
                }
                command.addAll(List.of("--dir", data.toString()));
                command.addAll(arguments);
                return ManagedProcess.builder("redis", host.command(command));
            }
        };
    }

    /** Those that are the same for every source. */
    private static List<String> arguments(RedisOptions options) {
        List<String> arguments = new ArrayList<>(List.of("--save", ""));
        if (options.appendfsync != null) {
            arguments.addAll(List.of("--appendonly", "yes", "--appendfsync", options.appendfsync));
        }
        if (options.password != null) {
            arguments.addAll(
                    List.of("--requirepass", options.password, "--masterauth", options.password));
        }
        if (options.primary != null) {
            Service.Address primary = options.primary.service.peerAddress();
            arguments.addAll(
                    List.of("--replicaof", primary.host(), Integer.toString(primary.port())));
        }
        arguments.addAll(options.arguments);
        return arguments;
    }
}
