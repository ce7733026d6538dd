package io.hawser.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who may import whom. The table is the one in ARCHITECTURE.md. */
class PackageDependenciesTest {
    private static final String BASE = "io.hawser.";

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.hawser.server", "io.hawser.grid");

    /** Each package, and which of ours it may use beside itself. */
    private static final Map<String, Set<String>> MAY_USE =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("grid.priority", Set.of()),
                            Map.entry("grid.time", Set.of()),
                            Map.entry("grid.thread", Set.of()),
                            Map.entry("grid.redis", Set.of("grid.priority", "grid.thread")),
                            Map.entry("grid.metrics", Set.of()),
                            Map.entry("grid.pubsub", Set.of("grid.priority", "grid.thread")),
                            Map.entry("grid.stream", Set.of("grid.pubsub")),
                            Map.entry(
                                    "grid.bus",
                                    Set.of(
                                            "grid.priority",
                                            "grid.pubsub",
                                            "grid.redis",
                                            "grid.stream",
                                            "grid.thread")),
                            Map.entry(
                                    "grid.delivery",
                                    Set.of(
                                            "grid.bus",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "grid.redis")),
                            Map.entry("grid.presence", Set.of("grid.pubsub")),
                            Map.entry("grid.affinity", Set.of("grid.cluster", "grid.time")),
                            Map.entry("grid.heartbeat", Set.of("grid.thread")),
                            Map.entry(
                                    "grid.cluster",
                                    Set.of("grid.heartbeat", "grid.pubsub", "grid.presence")),
                            Map.entry("grid.balance", Set.of("grid.cluster")),
                            Map.entry("grid.failover", Set.of("grid.affinity", "grid.cluster")),
                            Map.entry("grid.scaling", Set.of("grid.metrics", "grid.time")),
                            Map.entry(
                                    "grid.event",
                                    Set.of(
                                            "grid.cluster",
                                            "grid.failover",
                                            "grid.pubsub",
                                            "grid.scaling")),
                            Map.entry(
                                    "grid",
                                    Set.of(
                                            "grid.affinity",
                                            "grid.bus",
                                            "grid.scaling",
                                            "grid.cluster",
                                            "grid.delivery",
                                            "grid.event",
                                            "grid.failover",
                                            "grid.heartbeat",
                                            "grid.presence",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "grid.metrics",
                                            "grid.redis")),
                            Map.entry(
                                    "server.config",
                                    Set.of(
                                            "server.binding",
                                            "grid.balance",
                                            "grid.event",
                                            "grid.failover",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "grid.redis")),
                            Map.entry("server.storage", Set.of()),
                            Map.entry("server.websocket", Set.of("server.uring")),
                            Map.entry("server.uring", Set.of()),
                            Map.entry(
                                    "server.outbox",
                                    Set.of(
                                            "grid.bus",
                                            "grid.pubsub",
                                            "server.config",
                                            "server.protocol",
                                            "server.security",
                                            "server.storage")),
                            Map.entry("server.hook", Set.of("grid.pubsub", "server.http")),
                            Map.entry(
                                    "server.security",
                                    Set.of("grid.priority", "grid.pubsub", "server.config")),
                            Map.entry("server.protocol", Set.of("grid.pubsub")),
                            Map.entry("server.delta", Set.of()),
                            Map.entry("server.filter", Set.of("server.protocol")),
                            Map.entry(
                                    "server.session",
                                    Set.of(
                                            "grid.delivery",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "grid.presence",
                                            "server.protocol",
                                            "server.security",
                                            "server.delta",
                                            "server.filter",
                                            "server.config")),
                            Map.entry(
                                    "server.endpoint",
                                    Set.of(
                                            "grid.metrics",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "server.session",
                                            "server.protocol",
                                            "server.websocket",
                                            "server.uring",
                                            "server.delta",
                                            "server.filter",
                                            "server.binding",
                                            "server.config")),
                            Map.entry(
                                    "server.affinity",
                                    Set.of(
                                            "grid.affinity",
                                            "grid.cluster",
                                            "grid.pubsub",
                                            "server.session",
                                            "server.protocol",
                                            "server.security",
                                            "server.binding",
                                            "server.config")),
                            Map.entry("server.binding", Set.of()),
                            Map.entry(
                                    "server.http",
                                    Set.of(
                                            "grid.pubsub",
                                            "server.binding",
                                            "server.protocol",
                                            "server.security")),
                            Map.entry(
                                    "server.api",
                                    Set.of(
                                            "grid.cluster",
                                            "grid.presence",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "server.binding",
                                            "server.config",
                                            "server.http",
                                            "server.protocol",
                                            "server.security",
                                            "server.session")),
                            Map.entry(
                                    "server.route",
                                    Set.of(
                                            "grid.affinity",
                                            "grid.balance",
                                            "grid.cluster",
                                            "server.binding",
                                            "server.endpoint",
                                            "server.http",
                                            "server.security",
                                            "server.session")),
                            Map.entry(
                                    "server.health",
                                    Set.of("grid.pubsub", "server.http", "server.storage")),
                            Map.entry(
                                    "server.order",
                                    Set.of(
                                            "grid.balance",
                                            "grid.cluster",
                                            "grid.failover",
                                            "grid.pubsub",
                                            "server.binding",
                                            "server.config",
                                            "server.http")),
                            Map.entry(
                                    "server.metrics",
                                    Set.of(
                                            "grid.affinity",
                                            "grid.cluster",
                                            "grid.delivery",
                                            "grid.metrics",
                                            "grid.presence",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "grid.scaling",
                                            "server.health",
                                            "server.http",
                                            "server.outbox",
                                            "server.protocol",
                                            "server.session",
                                            "server.storage")),
                            Map.entry(
                                    "server.admin",
                                    Set.of(
                                            "grid.affinity",
                                            "grid.balance",
                                            "grid.cluster",
                                            "grid.delivery",
                                            "grid.event",
                                            "grid.failover",
                                            "grid.metrics",
                                            "grid.presence",
                                            "grid.priority",
                                            "grid.pubsub",
                                            "grid.scaling",
                                            "server.affinity",
                                            "server.api",
                                            "server.binding",
                                            "server.health",
                                            "server.hook",
                                            "server.http",
                                            "server.security",
                                            "server.session",
                                            "server.storage")),
                            Map.entry(
                                    "server.drain",
                                    Set.of(
                                            "grid.balance",
                                            "grid.cluster",
                                            "grid.event",
                                            "grid.failover",
                                            "grid.thread",
                                            "server.health",
                                            "server.order",
                                            "server.protocol",
                                            "server.session"))));

    static Set<String> packages() {
        return MAY_USE.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatStandsBelowIt(String name) {
        List<String> forbidden =
                MAY_USE.keySet().stream()
                        .filter(other -> !other.equals(name))
                        .filter(other -> !MAY_USE.getOrDefault(name, Set.of()).contains(other))
                        .map(BASE::concat)
                        .toList();
        noClasses()
                .that()
                .resideInAPackage(BASE + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new))
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.hawser.server")
                .check(CLASSES);
    }

    @Test
    void everyPackageStandsInTheTable() {
        assertThat(CLASSES.stream().map(c -> c.getPackageName().substring(BASE.length())))
                .allMatch(name -> MAY_USE.containsKey(name) || name.equals("server"));
    }

    @Test
    void sessionsKnowNoTransport() {
        noClasses()
                .that()
                .resideInAnyPackage("io.hawser.server.session", "io.hawser.server.protocol")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..", "io.undertow..", "org.xnio..")
                .check(CLASSES);
    }

    @Test
    void theGridKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAPackage("io.hawser.grid..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.undertow..", "jakarta..", "com.nimbusds..", "java.net.http..")
                .check(CLASSES);
    }

    /** Clocks jump, and differ between nodes: the time of day is shown, and decides nothing. */
    @Test
    void whoIsAliveIsNotDecidedByTheTimeOfDay() {
        noClasses()
                .that()
                .resideInAnyPackage("io.hawser.grid.heartbeat..", "io.hawser.grid.cluster..")
                .and()
                .doNotHaveFullyQualifiedName("io.hawser.grid.cluster.LocalNode")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(InstantSource.class) // every Clock is one
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Date.class)
                .check(CLASSES);
    }

    @Test
    void onlyItsOwnPackageTouchesADriver() {
        Map<String, String> owners =
                Map.of(
                        "com.hazelcast..", "io.hawser.grid..",
                        "io.lettuce..", "io.hawser.grid..",
                        "org.jdbi..", "io.hawser.server.storage",
                        "com.zaxxer..", "io.hawser.server.storage",
                        "com.nimbusds..", "io.hawser.server.security");
        owners.forEach(
                (driver, owner) ->
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(owner)
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(driver)
                                .check(CLASSES));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.stream().map(c -> c.getPackage()).distinct().map(JavaPackage::getName))
                .allSatisfy(
                        name ->
                                classes()
                                        .that()
                                        .resideInAPackage(name)
                                        .and()
                                        .haveSimpleName("package-info")
                                        .should()
                                        .beAnnotatedWith(NullMarked.class)
                                        .check(CLASSES));
    }
}
