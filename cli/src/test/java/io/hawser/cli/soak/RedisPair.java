package io.hawser.cli.soak;

import io.hawser.devkit.RedisServer;
import io.hawser.devkit.ServiceFailedException;

import java.io.UncheckedIOException;
import java.util.Optional;

/** A master and its replica, which may change places. Thread-safe. */
record RedisPair(RedisServer one, RedisServer other) {
    /** Who is what at a moment. */
    record Roles(RedisServer master, RedisServer replica) {}

    /** Empty unless one is master and the other its replica, with what it has. */
    Optional<Roles> roles() {
        if (isMaster(one) && follows(other, one)) {
            return Optional.of(new Roles(one, other));
        }
        if (isMaster(other) && follows(one, other)) {
            return Optional.of(new Roles(other, one));
        }
        return Optional.empty();
    }

    static boolean isMaster(RedisServer server) {
        return replication(server).contains("role:master");
    }

    private static boolean follows(RedisServer replica, RedisServer master) {
        String said = replication(replica);
        return said.contains("role:slave")
                && said.contains("master_port:" + master.port() + "\r")
                && said.contains("master_link_status:up");
    }

    private static String replication(RedisServer server) {
        if (!server.isAlive()) {
            return "";
        }
        try {
            return server.ask("INFO replication");
        } catch (UncheckedIOException | ServiceFailedException notNow) {
            return "";
        }
    }
}
