package io.hawser.server.session;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * This node's authenticated sessions, by client id and by user; also those whose connect has not
 * been answered yet. Thread-safe.
 */
public final class Sessions {
    private final Map<String, ClientSession> byClient = new ConcurrentHashMap<>();

    /** Anonymous sessions (empty user) are not listed here: one key for all would be contended. */
    private final Map<String, Set<ClientSession>> byUser = new ConcurrentHashMap<>();

    void add(ClientSession session) {
        byClient.put(session.client(), session);
        if (!session.user().isEmpty()) {
            byUser.compute(
                    session.user(),
                    (user, set) -> {
                        Set<ClientSession> sessions =
                                set == null ? ConcurrentHashMap.newKeySet(2) : set;
                        sessions.add(session);
                        return sessions;
                    });
        }
    }

    void remove(ClientSession session) {
        byClient.remove(session.client(), session);
        if (!session.user().isEmpty()) {
            byUser.computeIfPresent(
                    session.user(),
                    (user, sessions) -> {
                        sessions.remove(session);
                        return sessions.isEmpty() ? null : sessions;
                    });
        }
    }

    /** Authenticated sessions now. */
    public int count() {
        return byClient.size();
    }

    /** Different users now, anonymous ones not counted. */
    public int users() {
        return byUser.size();
    }

    /** The session of a client id, if it is on this node. */
    public @Nullable ClientSession client(String client) {
        return byClient.get(client);
    }

    /**
     * Sessions of a user, or the one with the client id if that is given. An empty user means any
     * user when a client id is given, anonymous sessions otherwise.
     */
    public Collection<ClientSession> find(String user, String client) {
        if (!client.isEmpty()) {
            ClientSession session = byClient.get(client);
            boolean matches = session != null && (user.isEmpty() || session.user().equals(user));
            return matches ? List.of(session) : List.of();
        }
        if (user.isEmpty()) {
            return byClient.values().stream().filter(s -> s.user().isEmpty()).toList();
        }
        return new ArrayList<>(byUser.getOrDefault(user, Set.of()));
    }

    /** Every session, each handed to {@code action} on the calling thread. */
    public void forEach(Consumer<ClientSession> action) {
        byClient.values().forEach(action);
    }
}
