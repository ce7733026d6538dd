package io.hawser.server.session;

import io.hawser.grid.delivery.Recipient;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.protocol.BadFrameException;
import io.hawser.server.protocol.Calls;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Command;
import io.hawser.server.protocol.Decoded;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.Result;
import io.hawser.server.protocol.UnsubscribeCode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

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

    private enum Phase {
        NEW,
        CONNECTING,
        CONNECTED,
        CLOSED
    }

    private final SessionContext context;
    private final Connection connection;
    private final Outgoing out;
    private final PingTimer pings = new PingTimer();
    private final Farewell farewell = new Farewell();
    private final Subscriptions subscriptions;
    private final ConnectCommands connectCommands;
    private final SubscribeCommands subscribeCommands;
    private final ServerSubscriptions serverSubscriptions;
    private final ChannelCommands channelCommands;

    /** What has come while the client is connecting, from itself and from the server API. */
    private final Deque<Runnable> waiting = new ArrayDeque<>(0);

    private Phase phase = Phase.NEW;
    private volatile Identity identity = Identity.UNKNOWN;
    private volatile Visit visit;
    private volatile long connectedAtMs;
    private long openedAtMs;

    /** When the connection ends unless refreshed, milliseconds since 1970; 0 for never. */
    private long expiresAtMs;

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
        this.out = new Outgoing(context, this, codec);
        this.subscriptions = new Subscriptions(context, this);
        this.subscribeCommands = new SubscribeCommands(context, this, subscriptions);
        this.serverSubscriptions = new ServerSubscriptions(context, this, subscriptions);
        this.connectCommands = new ConnectCommands(context, this, serverSubscriptions, urlToken);
        this.channelCommands = new ChannelCommands(context, this, subscriptions);
        this.openedAtMs = context.nowMs();
    }

    /** The client id: unique in the cluster. */
    public String client() {
        return connection.id();
    }

    /** The user's id, empty before authentication and for an anonymous user. */
    public String user() {
        return identity.user();
    }

    /** What the handshake told, and since authentication the session id if the client needs one. */
    public Visit visit() {
        return visit;
    }

    /** Where the client is, as its token says, else the handshake; empty if neither does. */
    public String region() {
        String told = identity.region();
        return told.isEmpty() ? visit.region() : told;
    }

    /** When the client authenticated, milliseconds since 1970. */
    public long connectedAtMs() {
        return connectedAtMs;
    }

    /** How the client program calls itself; may be empty. */
    public String clientName() {
        return identity.clientName();
    }

    /** Version of the client program, as it says; may be empty. */
    public String clientVersion() {
        return identity.clientVersion();
    }

    public Connection connection() {
        return connection;
    }

    /** Whose positions this client moves; the user has to have a name. */
    Recipient recipient() {
        return identity.recipient();
    }

    /** What others are told about this client in a channel. */
    ClientInfo info(Payload channelInfo) {
        return identity.info(client(), channelInfo);
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
        if (farewell.hasBegun()) {
            return; // nobody is told that it was done
        }
        if (command.id() != 0 && phase != Phase.CLOSED) {
            farewell.taken();
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
            connectCommands.connect(command.id(), connect);
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
        if (phase != Phase.CONNECTED) {
            return;
        }
        try {
            Request meant = Calls.meant(command.request());
            var what = new Command(command.id(), meant);
            if (!subscriptions.deferred(what)) {
                carryOut(what);
            }
        } catch (BadFrameException e) {
            badCall(command, e);
        }
    }

    private void badCall(Command command, BadFrameException why) {
        context.counters().command(command.request());
        if (command.id() == 0) {
            disconnect(Disconnect.BAD_REQUEST); // what is only sent has no reply
        } else {
            String problem = String.valueOf(why.getMessage());
            out.fail(command.id(), new ErrorCode(ErrorCode.BAD_REQUEST.code(), problem, false));
        }
    }

    private void carryOut(Command command) {
        int id = command.id();
        context.counters().command(command.request());
        switch (command.request()) {
            case Request.ConnectRequest again -> disconnect(Disconnect.BAD_REQUEST);
            case Request.Pong pong -> pong();
            case Request.PingRequest ping -> out.reply(id, new Result.PingResult());
            case Request.SubscribeRequest subscribe -> subscribeCommands.subscribe(id, subscribe);
            case Request.UnsubscribeRequest unsubscribe ->
                    subscribeCommands.unsubscribe(id, unsubscribe);
            case Request.SubRefreshRequest refresh -> subscribeCommands.refresh(id, refresh);
            case Request.PublishRequest publish -> channelCommands.publish(id, publish);
            case Request.KeyedPublishRequest publish -> channelCommands.publish(id, publish);
            case Request.AckRequest ack -> subscriptions.acknowledge(id, ack);
            case Request.HistoryRequest history -> channelCommands.history(id, history);
            case Request.PresenceRequest presence -> channelCommands.presence(id, presence);
            case Request.PresenceStatsRequest stats -> channelCommands.presenceStats(id, stats);
            case Request.RpcRequest rpc -> out.fail(id, ErrorCode.NOT_AVAILABLE);
            case Request.SendRequest send -> disconnect(Disconnect.NOT_AVAILABLE);
            case Request.RefreshRequest refresh -> connectCommands.refresh(id, refresh);
        }
    }

    // Connect

    /** The client has said who it is: others find it from now on, and what comes waits. */
    void authenticated(Identity who, long expireAtMs) {
        phase = Phase.CONNECTING;
        identity = who;
        visit = context.continuity().known(who.user(), visit);
        expiresAtMs = expireAtMs;
        // From here on the server API finds the client, or a disconnect of the user would miss it.
        context.sessions().add(this);
        connection.cork();
    }

    /** The connect is answered, and what has come meanwhile is done behind it. */
    void connected(int id, Result.ConnectResult result) {
        long now = context.nowMs();
        phase = Phase.CONNECTED;
        connectedAtMs = now;
        pings.start(now, context.client().pingInterval().toMillis());
        out.connected(id, result);
        context.listener().opened(this, now);
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    // Time

    /**
     * This node, not the client, did nothing for so long, or its clock was set: a pong or a connect
     * that is due gets that time too.
     */
    public void stalled(long ms) {
        pings.stalled(ms);
        openedAtMs += ms;
    }

    /** Called about once a second. */
    public void tick(long nowMs) {
        leave(farewell.due(nowMs));
        switch (phase) {
            case NEW, CONNECTING -> {
                openedAtMs = Math.min(openedAtMs, nowMs); // the clock was set back
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
        } else if (pings.isOverdue(nowMs, context.client().pongTimeout().toMillis())) {
            disconnect(Disconnect.NO_PONG);
        } else {
            if (pings.isDue(nowMs, context.client().pingInterval().toMillis())) {
                ping(nowMs);
            }
            subscriptions.expire(nowMs, graceMs);
            subscriptions.tick(nowMs);
        }
    }

    private void ping(long nowMs) {
        out.ping();
        boolean answered = connection.framePings() || !connection.unidirectional();
        pings.sent(nowMs, context.client().pingInterval().toMillis(), answered);
    }

    private void pong() {
        if (!pings.pong()) {
            disconnect(Disconnect.BAD_REQUEST);
        }
    }

    /** A pong of the transport's own has come; also without a ping one is allowed. */
    public void framePong() {
        pings.pong();
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
                    out.push(new Push.RefreshPush(context.expiry(expiresAtMs)));
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
        if (phase == Phase.CLOSED || farewell.hasBegun()) {
            return false;
        }
        farewell.begin(reason, context.nowMs(), limitMs);
        leave(farewell.due());
        return true;
    }

    /** A command has been answered. */
    void answered() {
        farewell.answered();
        if (farewell.due() != null) {
            // Not now: whoever has answered may have more to do with the session.
            connection.execute(() -> leave(farewell.due()));
        }
    }

    private void leave(@Nullable Disconnect due) {
        if (due != null) {
            disconnect(due);
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

    // For the commands of this package

    Outgoing out() {
        return out;
    }

    boolean isConnecting() {
        return phase == Phase.CONNECTING;
    }

    boolean isConnected() {
        return phase == Phase.CONNECTED;
    }

    boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    /** When the connection ends unless refreshed, milliseconds since 1970; 0 for never. */
    long expiresAtMs() {
        return expiresAtMs;
    }

    void expireAt(long atMs) {
        expiresAtMs = atMs;
    }
}
