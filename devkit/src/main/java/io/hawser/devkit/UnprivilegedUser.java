package io.hawser.devkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A user without rights, as whom root runs programs that refuse to run as root. */
record UnprivilegedUser(String name, int uid, int gid) {

    /** The user {@code postgres} or {@code nobody} if we are root; empty if we are not. */
    static Optional<UnprivilegedUser> ifRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        return Optional.of(
                named("postgres")
                        .or(() -> named("nobody"))
                        .orElseThrow(
                                () ->
                                        new ServiceFailedException(
                                                "no user postgres or nobody, and PostgreSQL refuses"
                                                        + " to run as root")));
    }

    /** Gives the file or directory to this user. */
    void own(Path path) {
        try {
            Files.setAttribute(path, "unix:uid", uid);
            Files.setAttribute(path, "unix:gid", gid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> setprivOptions() {
        return List.of("--reuid=" + uid, "--regid=" + gid, "--clear-groups");
    }

    private static Optional<UnprivilegedUser> named(String name) {
        try (var users = Files.lines(Path.of("/etc/passwd"))) {
            return users.map(line -> line.split(":", -1))
                    .filter(field -> field.length > 3 && field[0].equals(name))
                    .map(field -> of(name, field[2], field[3]))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UnprivilegedUser of(String name, String uid, String gid) {
        return new UnprivilegedUser(name, Integer.parseInt(uid), Integer.parseInt(gid));
    }
}
