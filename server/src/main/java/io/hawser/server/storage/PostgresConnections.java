package io.hawser.server.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.flywaydb.core.Flyway;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Makes connections, each with the time limits of its purpose. The driver is known here by the
 * names of its properties only. Thread-safe.
 */
final class PostgresConnections {
    /**
     * PostgreSQL looks into a schema with the user's name first, and that of the outbox is named as
     * many call the user. The URL may name another.
     */
    private static final String SCHEMA = "public";

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
    private static final Duration WORK_LIMIT = Duration.ofSeconds(5);

    /** Long enough to build an index on a big table, short enough to leave a dead host at last. */
    private static final Duration MIGRATION_LIMIT = Duration.ofMinutes(30);

    private static final Duration POOL_WAIT = Duration.ofSeconds(1);

    private final DatabaseSettings settings;

    PostgresConnections(DatabaseSettings settings) {
        this.settings = settings;
    }

    /** One connection to look at the database with. Blocks. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.putAll(properties(PROBE_LIMIT));
        return DriverManager.getConnection(settings.url(), properties);
    }

    /**
     * Brings the schema up to date. Blocks, also while another node does the same: Flyway holds an
     * advisory lock.
     */
    void migrate() {
        Flyway.configure()
                .dataSource(settings.url(), settings.user(), settings.password())
                .jdbcProperties(properties(MIGRATION_LIMIT))
                .locations("classpath:db/migration")
                .loggers("slf4j")
                .load()
                .migrate();
    }

    /** A pool for work. Does not connect yet. */
    HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("database");
        config.setJdbcUrl(settings.url());
        properties(WORK_LIMIT).forEach(config::addDataSourceProperty);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        // Else an error of a batch carries all its rows into the log.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(POOL_WAIT.toMillis());
        config.setValidationTimeout(POOL_WAIT.toMillis());
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private Map<String, String> properties(Duration answerLimit) {
        Map<String, String> properties = new HashMap<>();
        properties.put("ApplicationName", "hawser");
        properties.put("currentSchema", SCHEMA);
        properties.put("tcpKeepAlive", "true");
        properties.put("connectTimeout", String.valueOf(CONNECT_LIMIT.toSeconds()));
        properties.put("socketTimeout", String.valueOf(answerLimit.toSeconds()));
        putUnlessEmpty(properties, "user", settings.user());
        putUnlessEmpty(properties, "password", settings.password());
        return properties;
    }

    private static void putUnlessEmpty(Map<String, String> properties, String name, String value) {
        if (!value.isEmpty()) {
            properties.put(name, value);
        }
    }
}
