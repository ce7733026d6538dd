package io.hawser.server.session;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Command;
import io.hawser.server.protocol.Decoded;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Expiry;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.Reply;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.ConnectionToken;
import io.hawser.server.security.TokenCheck;
import io.hawser.server.security.TokenSubscription;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One client from its first message to its last: authentication, command dispatch in order, pings
 * and expiry. Confined to its connection's I/O thread, but for the accessors of what never changes
 * after the connect; others reach it through {@link #connection()}'s {@code execute}.
 */
public final class ClientSession {
    /**
     * Commands that may follow the connect in its frame, all subscriptions of an SDK at once, and
     * what the server API may ask meanwhile.
     */
    private static final int MAX_WAITING = 1024;

    private static final ConnectionToken ANONYMOUS =
            new ConnectionToken("", null, Payload.EMPTY, Map.of(), null);

    private enum Phase {
        NEW,
        CONNECTING,
        CONNECTED,
        CLOSED
    }

    private final SessionContext context;
    private final Connection connection;
    private final Codec codec;
    private final String urlToken;
    private final Subscriptions subscriptions;
    private final SubscribeCommands subscribeCommands;
    private final ServerSubscriptions serverSubscriptions;
    private final ChannelCommands channelCommands;

    /** What has come while the client is connecting, from itself and from the server API. */
    private final Deque<Runnable> waiting = new ArrayDeque<>(0);

    private Phase phase = Phase.NEW;
    private volatile String user = "";
    private volatile Visit visit;
    private volatile String region = "";
    private volatile Payload connInfo = Payload.EMPTY;
    private volatile String clientName = "";
    private volatile String clientVersion = "";
    private volatile long connectedAtMs;
    private long openedAtMs;

    /** When the connection ends unless refreshed, milliseconds since 1970; 0 for never. */
    private long expiresAtMs;

    private long nextPingMs;

    /** When the last ping was sent if no pong has come yet, else 0. */
    private long pingSentMs;

    /** Commands taken and not answered yet. */
    private int unanswered;

    /** Why and when the client has to go; null if it may stay. */
    private @Nullable Parting parting;

    private record Parting(Disconnect reason, long deadlineMs) {}

    /**
     * @param urlToken the token of the URL, used when the connect command has none; empty for none
     */
    public ClientSession(
            SessionContext context, Connection connection, Codec codec, String urlToken) {
        this(context, connection, codec, urlToken, Visit.PLAIN);
    }

    /**
     * @param urlToken the token of the URL, used when the connect command has none; empty for none
     * @param visit what the handshake told
     */
    public ClientSession(
            SessionContext context,
            Connection connection,
            Codec codec,
            String urlToken,
            Visit visit) {
        this.visit = visit;
        this.context = context;
        this.connection = connection;
        this.codec = codec;
        this.urlToken = urlToken;
        this.subscriptions = new Subscriptions(context, this);
        this.subscribeCommands = new SubscribeCommands(context, this, subscriptions);
        this.serverSubscriptions = new ServerSubscriptions(context, this, subscriptions);
        this.channelCommands = new ChannelCommands(context, this, subscriptions);
        this.openedAtMs = context.nowMs();
    }

    /** The client id: unique in the cluster. */
    public String client() {
        return connection.id();
    }

    /** The user's id, empty before authentication and for an anonymous user. */
    public String user() {
        return user;
    }

    /** What the handshake told, and since authentication the session id if the client needs one. */
    public Visit visit() {
        return visit;
    }

    /** Where the client is, as its token says, else the handshake; empty if neither does. */
    public String region() {
        return region.isEmpty() ? visit.region() : region;
    }

    /** When the client authenticated, milliseconds since 1970. */
    public long connectedAtMs() {
        return connectedAtMs;
    }

    /** How the client program calls itself; may be empty. */
    public String clientName() {
        return clientName;
    }

    /** Version of the client program, as it says; may be empty. */
    public String clientVersion() {
        return clientVersion;
    }

    public Connection connection() {
        return connection;
    }

    /** What others are told about this client in a channel. */
    ClientInfo info(Payload channelInfo) {
        return new ClientInfo(user, client(), connInfo, channelInfo);
    }

    // Incoming

    /** One frame's commands, in order; then what was wrong with the frame, if anything. */
    public void received(Decoded frame) {
        for (Command command : frame.commands()) {
            accept(command);
        }
        if (frame.problem() != null) {
            disconnect(Disconnect.BAD_REQUEST);
        }
    }

    private void accept(Command command) {
        if (parting != null) {
            return; // nobody is told that it was done
        }
        if (command.id() != 0 && phase != Phase.CLOSED) {
            unanswered++;
        }
        switch (phase) {
            case NEW -> acceptFirst(command);
            case CONNECTING -> acceptWhileConnecting(command);
            case CONNECTED -> dispatch(command);
            case CLOSED -> {
                // What a client sent before it saw the close.
            }
        }
    }

    private void acceptFirst(Command command) {
        if (command.request() instanceof Request.ConnectRequest connect) {
            context.counters().command(connect);
            connect(command.id(), connect);
        } else {
            disconnect(Disconnect.BAD_REQUEST);
        }
    }

    private void acceptWhileConnecting(Command command) {
        if (command.request() instanceof Request.ConnectRequest || waiting.size() >= MAX_WAITING) {
            disconnect(Disconnect.BAD_REQUEST);
        } else {
            waiting.add(() -> dispatch(command));
        }
    }

    /** Runs a command, in its turn. */
    void dispatch(Command command) {
        if (phase != Phase.CONNECTED || subscriptions.deferred(command)) {
            return;
        }
        int id = command.id();
        context.counters().command(command.request());
        switch (command.request()) {
            case Request.ConnectRequest again -> disconnect(Disconnect.BAD_REQUEST);
            case Request.Pong pong -> pong();
            case Request.PingRequest ping -> reply(id, new Result.PingResult());
            case Request.SubscribeRequest subscribe -> subscribeCommands.subscribe(id, subscribe);
            case Request.UnsubscribeRequest unsubscribe ->
                    subscribeCommands.unsubscribe(id, unsubscribe);
            case Request.SubRefreshRequest refresh -> subscribeCommands.refresh(id, refresh);
            case Request.PublishRequest publish -> channelCommands.publish(id, publish);
            case Request.HistoryRequest history -> channelCommands.history(id, history);
            case Request.PresenceRequest presence -> channelCommands.presence(id, presence);
            case Request.PresenceStatsRequest stats -> channelCommands.presenceStats(id, stats);
            case Request.RpcRequest rpc -> fail(id, ErrorCode.NOT_AVAILABLE);
            case Request.SendRequest send -> disconnect(Disconnect.NOT_AVAILABLE);
            case Request.RefreshRequest refresh -> refresh(id, refresh);
        }
    }

    // Connect and refresh

    private void connect(int id, Request.ConnectRequest request) {
        String token = request.token().isEmpty() ? urlToken : request.token();
        if (token.isEmpty()) {
            if (context.policy().insecure()) {
                authenticated(id, request, ANONYMOUS);
            } else {
                fail(id, ErrorCode.UNAUTHORIZED);
            }
            return;
        }
        switch (context.tokens().verifyConnection(token, now())) {
            case TokenCheck.Valid<ConnectionToken> valid -> {
                ConnectionToken shown = TokenData.shown(valid.token());
                if (shown != null) {
                    authenticated(id, request, shown);
                } else {
                    disconnect(Disconnect.INVALID_TOKEN);
                }
            }
            case TokenCheck.Expired<ConnectionToken> expired -> fail(id, ErrorCode.TOKEN_EXPIRED);
            case TokenCheck.Invalid<ConnectionToken> invalid ->
                    disconnect(Disconnect.INVALID_TOKEN);
        }
    }

    private void authenticated(int id, Request.ConnectRequest request, ConnectionToken token) {
        phase = Phase.CONNECTING;
        user = token.user();
        connInfo = token.connInfo();
        visit = context.continuity().known(user, visit);
        region = token.region();
        clientName = request.name();
        clientVersion = request.version();
        expiresAtMs = millis(token.expireAt());
        // From here on the server API finds the client, or a disconnect of the user would miss it.
        context.sessions().add(this);
        connection.cork();
        if (token.subs().keySet().containsAll(request.subs().keySet())) {
            restore(id, request, token.subs(), Map.of(), this::goOn);
        } else {
            // It had more from the server than its token says: what is kept belongs in the reply.
            context.continuity()
                    .kept(
                            this,
                            kept ->
                                    connection.execute(
                                            () ->
                                                    restore(
                                                            id,
                                                            request,
                                                            token.subs(),
                                                            kept,
                                                            () -> {})));
        }
    }

    private void restore(
            int id,
            Request.ConnectRequest request,
            Map<String, TokenSubscription> named,
            Map<String, TokenSubscription> kept,
            Runnable afterReply) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        serverSubscriptions.restore(
                named,
                kept,
                request.subs(),
                (subscribed, failure) -> {
                    if (failure != null) {
                        refused(id, failure);
                    } else if (phase == Phase.CONNECTING) {
                        connected(id, subscribed);
                        afterReply.run();
                    }
                });
    }

    /** A server-side subscription failed: the client tries again, or gives up, by the error. */
    private void refused(int id, ErrorCode error) {
        if (phase == Phase.CONNECTING) {
            fail(id, error);
            disconnect(error.temporary() ? Disconnect.INTERNAL : Disconnect.PERMISSION_DENIED);
        }
    }

    private void connected(int id, Map<String, Result.SubscribeResult> subscribed) {
        long now = context.nowMs();
        phase = Phase.CONNECTED;
        connectedAtMs = now;
        long pingMs = context.client().pingInterval().toMillis();
        // Spread over [T/2, T], so that clients that came together are not pinged together.
        nextPingMs = now + pingMs / 2 + ThreadLocalRandom.current().nextLong(pingMs / 2 + 1);
        var result =
                new Result.ConnectResult(
                        client(),
                        context.version(),
                        expiry(expiresAtMs),
                        context.connectData(),
                        subscribed,
                        connection.framePings() ? 0 : (int) (pingMs / 1000),
                        !connection.unidirectional() && !connection.framePings(),
                        session(),
                        connection.emulation().node(),
                        now);
        connection.uncork(
                connection.unidirectional()
                        ? codec.encodeUni(new Push.ConnectPush(result))
                        : codec.encode(new Reply.Success(id, result)));
        context.listener().opened(this, now);
        answered();
        runWaiting();
    }

    /** What is kept for a client that did not ask for it comes after the reply. */
    private void goOn() {
        context.continuity()
                .kept(this, kept -> connection.execute(() -> serverSubscriptions.goOn(kept)));
    }

    /** What the client has to repeat: on this connection, or when it comes back. */
    private String session() {
        String secret = connection.emulation().session();
        return secret.isEmpty() ? visit.session() : secret;
    }

    private void runWaiting() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    private void refresh(int id, Request.RefreshRequest request) {
        if (request.token().isEmpty()) {
            disconnect(Disconnect.BAD_REQUEST);
            return;
        }
        switch (context.tokens().verifyConnection(request.token(), now())) {
            case TokenCheck.Valid<ConnectionToken> valid -> {
                if (!valid.token().user().equals(user)) {
                    disconnect(Disconnect.INVALID_TOKEN);
                    return;
                }
                expiresAtMs = millis(valid.token().expireAt());
                reply(
                        id,
                        new Result.RefreshResult(client(), context.version(), expiry(expiresAtMs)));
            }
            case TokenCheck.Expired<ConnectionToken> expired -> fail(id, ErrorCode.TOKEN_EXPIRED);
            case TokenCheck.Invalid<ConnectionToken> invalid ->
                    disconnect(Disconnect.INVALID_TOKEN);
        }
    }

    // Time

    /**
     * This node, not the client, did nothing for so long: a pong that is due gets that time too.
     */
    public void stalled(long ms) {
        if (pingSentMs != 0) {
            pingSentMs += ms;
        }
    }

    /** Called about once a second. */
    public void tick(long nowMs) {
        if (parting != null && nowMs > parting.deadlineMs()) {
            disconnect(parting.reason());
        }
        switch (phase) {
            case NEW, CONNECTING -> {
                if (nowMs - openedAtMs > context.client().connectTimeout().toMillis()) {
                    disconnect(Disconnect.STALE);
                }
            }
            case CONNECTED -> tickConnected(nowMs);
            case CLOSED -> {
                // Nothing more is due.
            }
        }
    }

    private void tickConnected(long nowMs) {
        long graceMs = context.client().expiryGrace().toMillis();
        if (expiresAtMs != 0 && nowMs > expiresAtMs + graceMs) {
            disconnect(Disconnect.EXPIRED);
        } else if (pingSentMs != 0
                && nowMs - pingSentMs > context.client().pongTimeout().toMillis()) {
            disconnect(Disconnect.NO_PONG);
        } else {
            if (nowMs >= nextPingMs) {
                ping(nowMs);
            }
            subscriptions.expire(nowMs, graceMs);
        }
    }

    private void ping(long nowMs) {
        if (connection.framePings()) {
            connection.ping();
        } else {
            connection.send(connection.unidirectional() ? codec.uniPing() : codec.ping());
        }
        boolean answered = connection.framePings() || !connection.unidirectional();
        pingSentMs = answered ? nowMs : 0;
        nextPingMs = nowMs + context.client().pingInterval().toMillis();
    }

    private void pong() {
        if (pingSentMs == 0) {
            disconnect(Disconnect.BAD_REQUEST);
        }
        pingSentMs = 0;
    }

    /** A pong of the transport's own has come; also without a ping one is allowed. */
    public void framePong() {
        pingSentMs = 0;
    }

    // What the server does to a session

    /** The channel lost continuity: subscribers are told, one way or the other. */
    public void positionLost(String channel) {
        subscriptions.positionLost(channel);
    }

    /** Subscribes the client on the server's behalf, as the server API asks. */
    public void subscribe(ClusterCommand.Subscribe command) {
        whenConnected(() -> serverSubscriptions.subscribe(command));
    }

    /** Ends a subscription on the server's behalf, all of them if the channel is empty. */
    public void unsubscribe(String channel, UnsubscribeCode code) {
        whenConnected(() -> serverSubscriptions.unsubscribe(channel, code));
    }

    /** Moves the connection's expiry; 0 for never. */
    public void refresh(long newExpiresAtMs) {
        whenConnected(
                () -> {
                    expiresAtMs = newExpiresAtMs;
                    push(new Push.RefreshPush(expiry(expiresAtMs)));
                });
    }

    /** Runs what the server asks, behind the connect reply if that has not been sent yet. */
    private void whenConnected(Runnable action) {
        if (phase == Phase.CONNECTED) {
            action.run();
        } else if (phase == Phase.CONNECTING && waiting.size() < MAX_WAITING) {
            waiting.add(action);
        } else if (phase == Phase.CONNECTING) {
            disconnect(Disconnect.INSUFFICIENT_STATE); // it comes back with a clean slate
        }
    }

    /**
     * Ends the connection, telling the client why, once the commands that have come are answered.
     * What comes from now on is not taken.
     *
     * @param limitMs for the answers, to a second
     * @return false if the connection is ending already
     */
    public boolean leave(Disconnect reason, long limitMs) {
        if (phase == Phase.CLOSED || parting != null) {
            return false;
        }
        parting = new Parting(reason, context.nowMs() + limitMs);
        leaveIfAnswered();
        return true;
    }

    private void answered() {
        unanswered = Math.max(0, unanswered - 1);
        if (parting != null && unanswered == 0) {
            // Not now: whoever has answered may have more to do with the session.
            connection.execute(this::leaveIfAnswered);
        }
    }

    private void leaveIfAnswered() {
        if (parting != null && unanswered == 0) {
            disconnect(parting.reason());
        }
    }

    /** Ends the connection, telling the client why. */
    public void disconnect(Disconnect reason) {
        if (phase != Phase.CLOSED) {
            connection.close(reason);
            closed(reason);
        }
    }

    /** The connection is gone, or about to be: everything it held is given back. */
    public void closed(Disconnect reason) {
        if (phase == Phase.CLOSED) {
            return;
        }
        Phase before = phase;
        phase = Phase.CLOSED;
        waiting.clear();
        subscriptions.close();
        context.counters().disconnect(reason.code());
        if (before != Phase.NEW) {
            context.sessions().remove(this);
        }
        if (before == Phase.CONNECTED) {
            context.listener().closed(this, reason, context.nowMs());
        }
    }

    // Outgoing

    boolean isConnected() {
        return phase == Phase.CONNECTED;
    }

    boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    void reply(int id, Result result) {
        if (isOpen()) {
            connection.send(codec.encode(new Reply.Success(id, result)));
            answered();
        }
    }

    /** In order with the channel's traffic. */
    void reply(int id, Result result, ChannelOptions about) {
        if (isOpen()) {
            connection.send(codec.encode(new Reply.Success(id, result)), about);
            answered();
        }
    }

    void fail(int id, ErrorCode error) {
        if (!isOpen()) {
            return;
        }
        context.counters().error(error);
        if (connection.unidirectional()) {
            disconnect(Disconnect.ofConnectError(error));
        } else {
            connection.send(codec.encode(new Reply.Failure(id, error)));
            answered();
        }
    }

    void push(Push push) {
        if (isOpen()) {
            connection.send(
                    connection.unidirectional() ? codec.encodeUni(push) : codec.encode(push));
        }
    }

    /** In order with the channel's traffic. */
    void push(Push push, ChannelOptions about) {
        if (isOpen()) {
            connection.send(
                    connection.unidirectional() ? codec.encodeUni(push) : codec.encode(push),
                    about);
        }
    }

    /** When something ends, seen from now; {@code atMs} is 0 for never. */
    Expiry expiry(long atMs) {
        return atMs == 0
                ? Expiry.NEVER
                : Expiry.inSeconds(
                        (int) Math.min(Integer.MAX_VALUE, (atMs - context.nowMs()) / 1000));
    }

    /** Milliseconds since 1970; 0 for never. */
    static long millis(@Nullable Instant time) {
        return time == null ? 0 : time.toEpochMilli();
    }

    private Instant now() {
        return context.clock().instant();
    }
}
