package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where Redis and PostgreSQL come from. This class alone makes the choice: a container if a Docker
 * engine answers and Testcontainers is on the class path, else the installed program, else the one
 * from a Maven package. The system property {@value #PROPERTY} ({@code docker}, {@code installed},
 * {@code packaged}) forces one. Thread-safe.
 */
public enum ServiceSource {
    /** A container on this machine's Docker engine. */
    DOCKER,
    /** The program installed on this machine. */
    INSTALLED,
    /** The program unpacked from a Maven artifact; needs nothing but the class path. */
    PACKAGED;

    /** The system property that forces a source. */
    public static final String PROPERTY = "hawser.services";

    /**
     * The source to use.
     *
     * @param wanted the caller's wish, which wins; null: the property, then the order above
     * @param installed whether the program is installed
     */
    static ServiceSource choose(@Nullable ServiceSource wanted, boolean installed) {
        if (wanted != null) {
            return wanted;
        }
        String forced = System.getProperty(PROPERTY);
        if (forced != null && !forced.isEmpty()) {
            return parse(forced);
        }
        if (dockerAnswers()) {
            return DOCKER;
        }
        return installed ? INSTALLED : PACKAGED;
    }

    private static ServiceSource parse(String name) {
        return Stream.of(values())
                .filter(source -> source.label().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        PROPERTY
                                                + " is docker, installed or packaged, not "
                                                + name));
    }

    /** The name as the property has it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static boolean dockerAnswers() {
        return hasTestcontainers() && mayHaveEngine() && DockerService.engineAnswers();
    }

    private static boolean hasTestcontainers() {
        try {
            Class.forName(
                    "org.testcontainers.DockerClientFactory",
                    false,
                    ServiceSource.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** A cheap look first: without an engine Testcontainers takes seconds and logs errors. */
    private static boolean mayHaveEngine() {
        String home = System.getProperty("user.home");
        return System.getenv("DOCKER_HOST") != null
                || Stream.of(
                                Path.of("/var/run/docker.sock"),
                                Path.of(home, ".docker", "run", "docker.sock"),
                                Path.of(home, ".docker", "desktop", "docker.sock"),
                                Path.of(home, ".testcontainers.properties"))
                        .anyMatch(Files::exists);
    }
}
