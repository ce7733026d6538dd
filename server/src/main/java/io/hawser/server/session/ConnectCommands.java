package io.hawser.server.session;

import io.hawser.grid.delivery.Recipient;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.server.protocol.BadFrameException;
import io.hawser.server.protocol.DeviceName;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.ConnectionToken;
import io.hawser.server.security.TokenCheck;
import io.hawser.server.security.TokenSubscription;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The commands by which a client says who it is: the connect, with the server-side subscriptions
 * that go into its reply, and the refresh of its token. Confined to the I/O thread.
 */
final class ConnectCommands {
    private static final ConnectionToken ANONYMOUS =
            new ConnectionToken("", null, Payload.EMPTY, Map.of(), null);

    private final SessionContext context;
    private final ClientSession session;
    private final ServerSubscriptions serverSubscriptions;
    private final String urlToken;

    /**
     * @param urlToken used when the connect command has no token; empty for none
     */
    ConnectCommands(
            SessionContext context,
            ClientSession session,
            ServerSubscriptions serverSubscriptions,
            String urlToken) {
        this.context = context;
        this.session = session;
        this.serverSubscriptions = serverSubscriptions;
        this.urlToken = urlToken;
    }

    void connect(int id, Request.ConnectRequest request) {
        String token = request.token().isEmpty() ? urlToken : request.token();
        if (token.isEmpty()) {
            if (context.policy().insecure()) {
                authenticated(id, request, ANONYMOUS);
            } else {
                session.out().fail(id, ErrorCode.UNAUTHORIZED);
            }
            return;
        }
        switch (context.tokens().verifyConnection(token, now())) {
            case TokenCheck.Valid<ConnectionToken> valid -> {
                ConnectionToken shown = TokenData.shown(valid.token());
                if (shown != null) {
                    authenticated(id, request, shown);
                } else {
                    session.disconnect(Disconnect.INVALID_TOKEN);
                }
            }
            case TokenCheck.Expired<ConnectionToken> expired ->
                    session.out().fail(id, ErrorCode.TOKEN_EXPIRED);
            case TokenCheck.Invalid<ConnectionToken> invalid ->
                    session.disconnect(Disconnect.INVALID_TOKEN);
        }
    }

    private void authenticated(int id, Request.ConnectRequest request, ConnectionToken token) {
        String device;
        try {
            device = DeviceName.read(request.data());
        } catch (BadFrameException e) {
            refuseDevice(id, String.valueOf(e.getMessage()));
            return;
        }
        if (!device.isEmpty() && !Recipient.isDevice(device)) {
            refuseDevice(id, "not 1 to 64 of A-Z a-z 0-9 . _ -");
            return;
        }
        authenticated(id, request, token, device);
    }

    private void refuseDevice(int id, String problem) {
        String message = "hawser.device of the connect's data: " + problem;
        session.out().fail(id, new ErrorCode(ErrorCode.BAD_REQUEST.code(), message, false));
    }

    private void authenticated(
            int id, Request.ConnectRequest request, ConnectionToken token, String device) {
        var identity =
                new Identity(
                        token.user(),
                        token.connInfo(),
                        token.region(),
                        request.name(),
                        request.version(),
                        device);
        Map<String, TokenSubscription> named = named(token);
        session.authenticated(identity, SessionContext.millis(token.expireAt()));
        if (named.keySet().containsAll(request.subs().keySet())) {
            restore(id, request, named, Map.of(), this::goOn);
        } else {
            // It had more from the server than its token says: what is kept belongs in the reply.
            context.continuity()
                    .kept(
                            session,
                            kept -> onThread(() -> restore(id, request, named, kept, () -> {})));
        }
    }

    /** What the token names, and the user's queue. */
    private Map<String, TokenSubscription> named(ConnectionToken token) {
        if (token.user().isEmpty()) {
            return token.subs();
        }
        String queue = UserQueue.channel(token.user());
        if (context.policy().options(queue) == null) {
            return token.subs();
        }
        var named = new LinkedHashMap<>(token.subs());
        named.put(
                queue, new TokenSubscription(Payload.EMPTY, Payload.EMPTY, ChannelOverrides.NONE));
        return named;
    }

    private void onThread(Runnable action) {
        session.connection().execute(action);
    }

    private void restore(
            int id,
            Request.ConnectRequest request,
            Map<String, TokenSubscription> named,
            Map<String, TokenSubscription> kept,
            Runnable afterReply) {
        if (!session.isConnecting()) {
            return;
        }
        serverSubscriptions.restore(
                named,
                kept,
                request.subs(),
                (subscribed, failure) -> {
                    if (failure != null) {
                        refused(id, failure);
                    } else if (session.isConnecting()) {
                        connected(id, subscribed);
                        afterReply.run();
                    }
                });
    }

    /** A server-side subscription failed: the client tries again, or gives up, by the error. */
    private void refused(int id, ErrorCode error) {
        if (session.isConnecting()) {
            session.out().fail(id, error);
            session.disconnect(
                    error.temporary() ? Disconnect.INTERNAL : Disconnect.PERMISSION_DENIED);
        }
    }

    private void connected(int id, Map<String, Result.SubscribeResult> subscribed) {
        Connection connection = session.connection();
        int pingSeconds = (int) context.client().pingInterval().toSeconds();
        session.connected(
                id,
                new Result.ConnectResult(
                        session.client(),
                        context.version(),
                        context.expiry(session.expiresAtMs()),
                        context.connectData(),
                        subscribed,
                        connection.framePings() ? 0 : pingSeconds,
                        !connection.unidirectional() && !connection.framePings(),
                        repeated(),
                        connection.emulation().node(),
                        context.nowMs()));
    }

    /** What is kept for a client that did not ask for it comes after the reply. */
    private void goOn() {
        context.continuity().kept(session, kept -> onThread(() -> serverSubscriptions.goOn(kept)));
    }

    /** What the client has to repeat: on this connection, or when it comes back. */
    private String repeated() {
        String secret = session.connection().emulation().session();
        return secret.isEmpty() ? session.visit().session() : secret;
    }

    void refresh(int id, Request.RefreshRequest request) {
        if (request.token().isEmpty()) {
            session.disconnect(Disconnect.BAD_REQUEST);
            return;
        }
        switch (context.tokens().verifyConnection(request.token(), now())) {
            case TokenCheck.Valid<ConnectionToken> valid -> refreshed(id, valid.token());
            case TokenCheck.Expired<ConnectionToken> expired ->
                    session.out().fail(id, ErrorCode.TOKEN_EXPIRED);
            case TokenCheck.Invalid<ConnectionToken> invalid ->
                    session.disconnect(Disconnect.INVALID_TOKEN);
        }
    }

    private void refreshed(int id, ConnectionToken token) {
        if (!token.user().equals(session.user())) {
            session.disconnect(Disconnect.INVALID_TOKEN);
            return;
        }
        long expiresAtMs = SessionContext.millis(token.expireAt());
        session.expireAt(expiresAtMs);
        session.out()
                .reply(
                        id,
                        new Result.RefreshResult(
                                session.client(), context.version(), context.expiry(expiresAtMs)));
    }

    private Instant now() {
        return context.clock().instant();
    }
}
