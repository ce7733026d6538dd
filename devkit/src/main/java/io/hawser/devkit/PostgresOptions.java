package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How to run a PostgreSQL server. By default: on a free port, without fsync, announced on standard
 * output. Not thread-safe; a server reads it once, when it is made.
 */
public final class PostgresOptions {
    int port;
    boolean fsync;
    int maxConnections = 100;
    @Nullable Path directory;
    @Nullable ServiceSource source;
    Consumer<String> announce = System.out::println;

    /** The port on 127.0.0.1; 0 is a free one. */
    public PostgresOptions port(int value) {
        port = value;
        return this;
    }

    /**
     * Whether it waits for the disk. Without, committed data survive the end of the process, also
     * by kill -9, but not that of the machine.
     */
    public PostgresOptions fsync(boolean value) {
        fsync = value;
        return this;
    }

    /** How many connections it takes; 100 by default. */
    public PostgresOptions maxConnections(int value) {
        maxConnections = value;
        return this;
    }

    /**
     * Where data and output go, and stay on close; else a directory that is deleted on close. Run
     * by root, PostgreSQL runs as another user, who must be able to reach this directory.
     */
    public PostgresOptions directory(Path value) {
        directory = value;
        return this;
    }

    /** Takes it from this source, whatever {@link ServiceSource} would choose. */
    public PostgresOptions source(ServiceSource value) {
        source = value;
        return this;
    }

    /** Who is told, in one line a start, which PostgreSQL runs where. */
    public PostgresOptions announce(Consumer<String> value) {
        announce = value;
        return this;
    }
}
