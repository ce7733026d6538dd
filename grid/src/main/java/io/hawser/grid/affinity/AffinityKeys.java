package io.hawser.grid.affinity;

import org.jspecify.annotations.Nullable;

/** Names of users and sessions, kept apart by their first letter. Stateless. */
public final class AffinityKeys {
    private AffinityKeys() {}

    /** Of a user who is not anonymous. */
    public static String ofUser(String user) {
        return "u:" + user;
    }

    /** Of one session. */
    public static String ofSession(String session) {
        return "s:" + session;
    }

    /** The user's, or for an anonymous one the session's; null if it has none either. */
    static @Nullable String ofUserOrSession(ClientTraits client) {
        return client.user().isEmpty() ? sessionOrNull(client) : ofUser(client.user());
    }

    static @Nullable String sessionOrNull(ClientTraits client) {
        return client.session().isEmpty() ? null : ofSession(client.session());
    }
}
