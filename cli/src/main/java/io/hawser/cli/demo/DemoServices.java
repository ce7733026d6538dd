package io.hawser.cli.demo;

import io.hawser.devkit.PostgresOptions;
import io.hawser.devkit.PostgresServer;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** The Redis and the PostgreSQL that the nodes share. Immutable once started. */
final class DemoServices implements AutoCloseable {
    private final RedisServer redis;
    private final PostgresServer postgres;

    private DemoServices(RedisServer redis, PostgresServer postgres) {
        this.redis = redis;
        this.postgres = postgres;
    }

    /**
     * Starts both at once.
     *
     * @param notes told which ones they are
     */
    static DemoServices start(Consumer<String> notes) {
        CompletableFuture<PostgresServer> postgres =
                CompletableFuture.supplyAsync(
                        () -> PostgresServer.start(new PostgresOptions().announce(notes)));
        RedisServer redis;
        try {
            redis = RedisServer.start(new RedisOptions().announce(notes));
        } catch (RuntimeException e) {
            var _ = postgres.thenAccept(PostgresServer::close);
            throw e;
        }
        try {
            return new DemoServices(redis, postgres.join());
        } catch (CompletionException e) {
            redis.close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The settings by which nodes find them. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("broker.type", "redis");
        settings.put("redis.uri", redis.uri());
        settings.put("database.url", postgres.jdbcUrl());
        settings.put("database.user", postgres.user());
        return settings;
    }

    String databasePassword() {
        return postgres.password();
    }

    @Override
    public void close() {
        postgres.close();
        redis.close();
    }

    @Override
    public String toString() {
        return "Redis and PostgreSQL";
    }
}
