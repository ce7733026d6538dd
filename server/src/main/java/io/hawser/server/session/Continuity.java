package io.hawser.server.session;

import io.hawser.server.security.TokenSubscription;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What of a client outlives its connection, on whichever node it comes back.
 *
 * <ol>
 *   <li>No method blocks; all are called on I/O threads.
 *   <li>A callback comes once, at the latest a quarter of a second later, on any thread; whatever
 *       could not be found out counts as nothing kept.
 *   <li>Implementations are thread-safe.
 * </ol>
 */
public interface Continuity {
    /** Nothing outlives a connection. */
    Continuity NONE =
            new Continuity() {
                @Override
                public Rules rules() {
                    return new Rules(false, "", 0, () -> "");
                }

                @Override
                public Visit known(String user, Visit visit) {
                    return visit;
                }

                @Override
                public void kept(
                        ClientSession session, Consumer<Map<String, TokenSubscription>> found) {
                    found.accept(Map.of());
                }

                @Override
                public void subscribed(ClientSession session, ClusterCommand.Subscribe command) {
                    // nothing is kept
                }

                @Override
                public void unsubscribed(ClientSession session, String channel) {
                    // nothing is kept
                }

                @Override
                public void forget(String user, String channel) {
                    // nothing is kept
                }
            };

    /**
     * What handshakes have to look at.
     *
     * @param cookies whether each client is given a session id as a cookie
     * @param regionHeader name of the header that says where a client is, in lower case; empty if
     *     none does
     * @param cookieSeconds how long a client keeps the cookie
     * @param newId makes session ids
     */
    record Rules(
            boolean cookies, String regionHeader, long cookieSeconds, Supplier<String> newId) {}

    /** What handshakes have to look at. */
    Rules rules();

    /** The visit of a client that has authenticated, with a session id if it needs one. */
    Visit known(String user, Visit visit);

    /** Finds the subscriptions that the server made for this client earlier. */
    void kept(ClientSession session, Consumer<Map<String, TokenSubscription>> found);

    /** The server API has subscribed a client. */
    void subscribed(ClientSession session, ClusterCommand.Subscribe command);

    /** The server API has unsubscribed a client; an empty channel stands for all. */
    void unsubscribed(ClientSession session, String channel);

    /** The server API unsubscribes a user, connected or not; an empty channel stands for all. */
    void forget(String user, String channel);
}
