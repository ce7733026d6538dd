package io.hawser.server.affinity;

import io.hawser.grid.affinity.Affinity;
import io.hawser.grid.affinity.AffinityKeys;
import io.hawser.grid.affinity.AffinityNone;
import io.hawser.grid.affinity.ClientTraits;
import io.hawser.grid.affinity.GivenSessions;
import io.hawser.grid.affinity.KeptSubscriptions;
import io.hawser.grid.cluster.NodeId;
import io.hawser.server.config.AffinityConfig;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.security.TokenSubscription;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.ClusterCommand;
import io.hawser.server.session.Continuity;
import io.hawser.server.session.SessionListener;
import io.hawser.server.session.Sessions;
import io.hawser.server.session.Visit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Tells the grid which clients are here, sends those away that belong elsewhere if affinity is
 * strict, and keeps what the server API subscribed them to: for all connections of a user under the
 * user, for a single connection under its session id. Thread-safe; nothing blocks.
 */
public final class SessionAffinity implements SessionListener, Continuity {
    private static final Logger log = LoggerFactory.getLogger(SessionAffinity.class);

    private final Affinity affinity;
    private final Sessions sessions;
    private final ClientRegions regions;
    private final Rules rules;

    /**
     * @param node this one
     */
    public SessionAffinity(
            Affinity affinity, Sessions sessions, NodeId node, AffinityConfig config) {
        this.affinity = affinity;
        this.sessions = sessions;
        this.regions = new ClientRegions(config.regions());
        this.rules =
                new Rules(
                        affinity.strategy().bySession(),
                        config.regionHeader().toLowerCase(Locale.ROOT),
                        config.ttl().toSeconds(),
                        () -> GivenSessions.newId(node));
    }

    /** What the grid knows a session by. */
    ClientTraits traits(ClientSession session) {
        return traits(
                session.user(),
                sessionId(session),
                session.region(),
                session.connection().address());
    }

    /**
     * What the grid would know a client by that is not here.
     *
     * @param session id that it shows; empty if it has none
     * @param region by token or header; empty if they do not say
     */
    public ClientTraits traits(String user, String session, String region, String address) {
        return new ClientTraits(user, session, regions.of(region, address), address);
    }

    /** A connection that was not given an id is known by its own: only as long as it is here. */
    private static String sessionId(ClientSession session) {
        String given = session.visit().session();
        return given.isEmpty() ? session.client() : given;
    }

    // Where clients are

    @Override
    public void opened(ClientSession session, long atMs) {
        affinity.connected(
                traits(session),
                session.visit().fresh(),
                () ->
                        session.connection()
                                .execute(() -> session.disconnect(Disconnect.WRONG_NODE)));
    }

    @Override
    public void closed(ClientSession session, Disconnect reason, long atMs) {
        affinity.disconnected(traits(session), session.visit().fresh());
    }

    /** The session is told to reconnect, and is to come back at that node. */
    public void movedTo(ClientSession session, NodeId node) {
        affinity.assign(traits(session), node)
                .whenComplete(
                        (assigned, failure) -> {
                            if (failure != null) {
                                log.debug("the mapping of a moved client stays", failure);
                            }
                        });
    }

    /** What the grid is to know all clients here by; takes a moment. */
    public List<String> keys() {
        List<String> keys = new ArrayList<>(sessions.count());
        sessions.forEach(
                session -> {
                    String key = affinity.writtenAs(traits(session), session.visit().fresh());
                    if (key != null) {
                        keys.add(key);
                    }
                });
        return keys;
    }

    // By what they are known again

    @Override
    public Rules rules() {
        return rules;
    }

    @Override
    public Visit known(String user, Visit visit) {
        boolean needed =
                visit.session().isEmpty()
                        && (user.isEmpty() || affinity.strategy().bySession())
                        && !(affinity.strategy() instanceof AffinityNone);
        return needed ? new Visit(rules.newId().get(), true, visit.region()) : visit;
    }

    // What is kept for them

    @Override
    public void kept(ClientSession session, Consumer<Map<String, TokenSubscription>> found) {
        CompletableFuture<Map<String, TokenSubscription>> ofUser =
                load(session, userKey(session.user()));
        CompletableFuture<Map<String, TokenSubscription>> ofSession =
                load(session, shownKey(session));
        var _ =
                ofUser.thenCombine(ofSession, SessionAffinity::joined)
                        .exceptionally(_ -> Map.of())
                        .thenAccept(found);
    }

    private static Map<String, TokenSubscription> joined(
            Map<String, TokenSubscription> one, Map<String, TokenSubscription> other) {
        Map<String, TokenSubscription> all = new HashMap<>(one);
        all.putAll(other);
        return all;
    }

    private CompletableFuture<Map<String, TokenSubscription>> load(
            ClientSession session, @Nullable String key) {
        return key == null
                ? CompletableFuture.completedFuture(Map.of())
                : store().load(key)
                        .thenApply(kept -> KeptTerms.read(session.user(), kept))
                        .toCompletableFuture();
    }

    @Override
    public void subscribed(ClientSession session, ClusterCommand.Subscribe command) {
        String key =
                command.client().isEmpty() && !session.user().isEmpty()
                        ? userKey(session.user())
                        : sessionKey(session);
        if (key != null) {
            store().keep(key, command.channel(), KeptTerms.write(session.user(), command));
        }
    }

    @Override
    public void unsubscribed(ClientSession session, String channel) {
        String key = sessionKey(session);
        if (key != null) {
            store().forget(key, channel);
        }
    }

    @Override
    public void forget(String user, String channel) {
        String key = userKey(user);
        if (key != null) {
            store().forget(key, channel);
        }
    }

    private KeptSubscriptions store() {
        return affinity.subscriptions();
    }

    private static @Nullable String userKey(String user) {
        return user.isEmpty() ? null : AffinityKeys.ofUser(user);
    }

    private static @Nullable String sessionKey(ClientSession session) {
        String id = session.visit().session();
        return id.isEmpty() ? null : AffinityKeys.ofSession(id);
    }

    /** Nothing can be kept yet under an id that was just made. */
    private static @Nullable String shownKey(ClientSession session) {
        return session.visit().fresh() ? null : sessionKey(session);
    }
}
