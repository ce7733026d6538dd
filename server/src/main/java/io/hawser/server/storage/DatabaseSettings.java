package io.hawser.server.storage;

/**
 * Where PostgreSQL is. Immutable, thread-safe.
 *
 * @param url {@code jdbc:postgresql://host:port/database}; its parameters go before ours
 * @param user empty: as the URL says, or the name of the process' user
 * @param password empty: as the URL says, or none
 * @param poolSize most connections that work may use, at least 1; watching takes one more
 */
public record DatabaseSettings(String url, String user, String password, int poolSize) {
    /** Connections of a node that was not told otherwise. */
    public static final int DEFAULT_POOL_SIZE = 4;

    private static final String SCHEME = "jdbc:postgresql:";

    public DatabaseSettings {
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException("not a URL like jdbc:postgresql://host:5432/name");
        }
        if (poolSize < 1) {
            throw new IllegalArgumentException("a pool of " + poolSize + " connections");
        }
    }

    /** The URL without its parameters, which can hold passwords: what a log may show. */
    String place() {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return place();
    }
}
