package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * How to run a Redis server. By default: on a free port, nothing written to disk, no password,
 * announced on standard output. Not thread-safe; a server reads it once, when it is made.
 */
public final class RedisOptions {
    int port;
    NetworkHost host = NetworkHost.local();
    @Nullable String appendfsync;
    @Nullable Path directory;
    @Nullable String password;
    @Nullable RedisServer primary;
    List<String> arguments = List.of();
    @Nullable ServiceSource source;
    boolean local;
    Consumer<String> announce = System.out::println;

    /** The port on its host; 0 is a free one. */
    public RedisOptions port(int value) {
        port = value;
        return this;
    }

    /**
     * Runs it on that host, for all who reach its address; not from {@link ServiceSource#DOCKER}.
     */
    public RedisOptions host(NetworkHost value) {
        host = value;
        return this;
    }

    /**
     * Keeps the data in an append-only file. Without, they are gone with the process.
     *
     * @param fsync {@code always}, {@code everysec} or {@code no}
     */
    public RedisOptions appendonly(String fsync) {
        if (!List.of("always", "everysec", "no").contains(fsync)) {
            throw new IllegalArgumentException("appendfsync: " + fsync);
        }
        appendfsync = fsync;
        return this;
    }

    /** Where data and output go, and stay on close; else a directory that is deleted on close. */
    public RedisOptions directory(Path value) {
        directory = value;
        return this;
    }

    /** Clients need this password. */
    public RedisOptions password(String value) {
        password = value;
        return this;
    }

    /** Makes it a replica of that server, which has to be of the same source. */
    public RedisOptions replicaOf(RedisServer value) {
        primary = value;
        return this;
    }

    /** Further options of redis-server, such as {@code "--maxmemory", "10mb"}. */
    public RedisOptions arguments(String... values) {
        arguments = List.of(values);
        return this;
    }

    /** Takes it from this source, whatever {@link ServiceSource} would choose. */
    public RedisOptions source(ServiceSource value) {
        source = value;
        return this;
    }

    /**
     * Runs it as a process of this machine whatever there is: for servers that tell each other's
     * addresses.
     */
    public RedisOptions local() {
        local = true;
        return this;
    }

    /** Who is told, in one line a start, which Redis runs where. */
    public RedisOptions announce(Consumer<String> value) {
        announce = value;
        return this;
    }
}
