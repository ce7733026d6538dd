package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

class PostgresServerIT {

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void answersAndSaysWhatItIs(ServiceSource source) throws SQLException {
        List<String> announced = new ArrayList<>();
        var postgres = PostgresServer.start(options(source).announce(announced::add));
        try (postgres) {
            assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
            assertThat(ask(postgres, "SHOW fsync")).isEqualTo("off");
            assertThat(postgres.description())
                    .matches("postgresql \\d+\\.\\d+ \\(" + source.label() + ": .*/bin\\)");
            assertThat(announced)
                    .containsExactly(postgres.description() + " on 127.0.0.1:" + postgres.port());
        }
        assertThat(postgres.isAlive()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void wantsThePassword(ServiceSource source) {
        try (var postgres = PostgresServer.start(options(source))) {
            assertThatThrownBy(
                            () ->
                                    DriverManager.getConnection(
                                            postgres.jdbcUrl(), postgres.user(), "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void isSilentWhileSuspendedAlsoInOpenSessions(ServiceSource source) throws SQLException {
        try (var postgres = PostgresServer.start(options(source));
                var session = connect(postgres, "30");
                var patient = connect(postgres, "30")) {
            assertThat(ask(session, "SELECT 1")).isEqualTo("1");
            assertThat(ask(patient, "SELECT 1")).isEqualTo("1");
            postgres.suspend();
            session.setNetworkTimeout(Runnable::run, 1_000);
            assertThatThrownBy(() -> ask(session, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(postgres.isAlive()).isTrue();
            postgres.resume();
            assertThat(ask(patient, "SELECT 2")).isEqualTo("2");
            assertThat(ask(postgres, "SELECT 3")).isEqualTo("3");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void keepsDataOverKillAndRestartAndLosesThemWhenAsked(ServiceSource source)
            throws SQLException {
        try (var postgres = PostgresServer.start(options(source).fsync(true));
                var session = connect(postgres, "30")) {
            assertThat(ask(postgres, "SHOW fsync")).isEqualTo("on");
            session.createStatement().execute("CREATE TABLE t AS SELECT 7 AS v");
            postgres.kill();
            assertThat(postgres.isAlive()).isFalse();
            postgres.restart();
            assertThat(ask(postgres, "SELECT v FROM t")).isEqualTo("7");
            postgres.restart();
            assertThat(ask(postgres, "SELECT v FROM t")).isEqualTo("7");
            postgres.suspend();
            postgres.restart();
            assertThat(ask(postgres, "SELECT v FROM t")).isEqualTo("7");
            postgres.restartEmpty();
            assertThat(ask(postgres, "SELECT to_regclass('t') IS NULL")).isEqualTo("t");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void keepsADirectoryThatItWasGiven(ServiceSource source) throws IOException, SQLException {
        // Not a @TempDir: run by root, the server is another user, who has to get in.
        Path directory = Files.createTempDirectory("hawser-it-");
        try {
            try (var postgres = PostgresServer.start(options(source).directory(directory));
                    var session = connect(postgres, "30")) {
                session.createStatement().execute("CREATE TABLE t AS SELECT 7 AS v");
            }
            assertThat(directory.resolve("output.log")).isNotEmptyFile();
            try (var postgres = PostgresServer.start(options(source).directory(directory))) {
                assertThat(ask(postgres, "SELECT v FROM t")).isEqualTo("7");
            }
        } finally {
            Trees.delete(directory);
        }
    }

    private static PostgresOptions options(ServiceSource source) {
        assumeTrue(
                source != ServiceSource.INSTALLED || Program.findPostgresBin().isPresent(),
                "postgresql is not installed");
        return new PostgresOptions().source(source);
    }

    private static Connection connect(PostgresServer postgres, String timeoutSeconds)
            throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", postgres.user());
        properties.setProperty("password", postgres.password());
        properties.setProperty("socketTimeout", timeoutSeconds);
        return DriverManager.getConnection(postgres.jdbcUrl(), properties);
    }

    private static String ask(PostgresServer postgres, String query) throws SQLException {
        try (var connection = connect(postgres, "30")) {
            return ask(connection, query);
        }
    }

    private static String ask(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }
}
