package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.Secret;
import io.hawser.server.binding.ServiceUri;

/** PostgreSQL, which keeps the history of sessions. Immutable. */
public record DatabaseConfig(
        @Key(
                        doc = "JDBC address of the database. Empty: the node runs without.",
                        pattern = "|jdbc:postgresql:\\S+",
                        expects = "an address like jdbc:postgresql://host:5432/hawser",
                        example = "jdbc:postgresql://127.0.0.1:5432/hawser")
                ServiceUri url,
        @Key(doc = "User to log in as. Empty: as the address says.") String user,
        @Key(doc = "Password of the user. Empty: as the address says.") Secret password) {

    public DatabaseConfig {
        Checks.of(DatabaseConfig.class, url, user, password).done();
    }

    /** True if there is a database. */
    public boolean enabled() {
        return !url.isEmpty();
    }
}
