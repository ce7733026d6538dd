package io.hawser.grid.redis;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;

/**
 * As whom a server is spoken to. Immutable.
 *
 * @param user empty for the default user
 * @param password empty to speak without logging in
 */
public record RedisLogin(String user, String password) {
    /** Without logging in. */
    public static final RedisLogin NONE = new RedisLogin("", "");

    /**
     * @throws IllegalArgumentException if there is a user without a password
     */
    public RedisLogin {
        if (password.isEmpty() && !user.isEmpty()) {
            throw new IllegalArgumentException("a user without a password");
        }
    }

    /** As the driver wants it. */
    RedisCredentialsProvider provider() {
        String name = user.isEmpty() ? null : user;
        return RedisCredentialsProvider.from(() -> RedisCredentials.just(name, password));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return password.isEmpty() ? "nobody" : user + ":***";
    }
}
