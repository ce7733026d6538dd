package io.hawser.devkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How PostgreSQL is run from a directory of its programs: initdb where there are no data yet, then
 * postgres. It refuses to run as root, so root runs it as another user.
 */
record PostgresRecipe(Path bin, int port, String superuser, String password, List<String> settings)
        implements LocalService.Recipe {
    private static final Duration INITDB_TIME = Duration.ofSeconds(60);

    @Override
    public void prepare(Path data) {
        if (Files.exists(data.resolve("PG_VERSION"))) {
            return;
        }
        try {
            Files.createDirectories(data);
            Path passwordFile = Files.createTempFile("hawser-", ".password");
            try {
                Files.writeString(passwordFile, password);
                UnprivilegedUser.ifRoot().ifPresent(user -> hand(user, data, passwordFile));
                initdb(data, passwordFile);
            } finally {
                Files.delete(passwordFile);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ManagedProcess.Builder process(Path data) {
        List<String> command = new ArrayList<>();
        command.add(bin.resolve("postgres").toString());
        command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
        command.addAll(List.of("-c", "listen_addresses=127.0.0.1"));
        command.addAll(List.of("-c", "unix_socket_directories="));
        command.addAll(settings);
        return builder("postgresql", command, data)
                // Fast shutdown: TERM would wait until the last client leaves by itself.
                .stopSignal(Signal.INT);
    }

    private void initdb(Path data, Path passwordFile) {
        var command =
                List.of(
                        bin.resolve("initdb").toString(),
                        "--pgdata=" + data,
                        "--username=" + superuser,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync");
        try (var initdb = builder("initdb", command, data).start()) {
            if (initdb.awaitExit(INITDB_TIME) != 0) {
                throw initdb.failure("failed", null);
            }
        }
    }

    private static ManagedProcess.Builder builder(String name, List<String> command, Path data) {
        return ManagedProcess.builder(name, command)
                // Ours may be one that the other user must not enter.
                .directory(data)
                .user(UnprivilegedUser.ifRoot().orElse(null));
    }

    private static void hand(UnprivilegedUser user, Path data, Path passwordFile) {
        Optional.ofNullable(data.getParent()).ifPresent(user::own);
        user.own(data);
        user.own(passwordFile);
    }
}
