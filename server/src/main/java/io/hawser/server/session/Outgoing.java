package io.hawser.server.session;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.Reply;
import io.hawser.server.protocol.Result;

/**
 * What a session tells its client: replies, errors and pushes, in the client's encoding. Nothing is
 * sent after the session has ended. Confined to the I/O thread.
 */
final class Outgoing {
    private final SessionContext context;
    private final ClientSession session;
    private final Connection connection;
    private final Codec codec;

    Outgoing(SessionContext context, ClientSession session, Codec codec) {
        this.context = context;
        this.session = session;
        this.connection = session.connection();
        this.codec = codec;
    }

    /** The first reply; what was held back meanwhile goes out behind it. */
    void connected(int id, Result.ConnectResult result) {
        connection.uncork(
                connection.unidirectional()
                        ? codec.encodeUni(new Push.ConnectPush(result))
                        : codec.encode(new Reply.Success(id, result)));
        session.answered();
    }

    void reply(int id, Result result) {
        if (session.isOpen()) {
            connection.send(codec.encode(new Reply.Success(id, result)));
            session.answered();
        }
    }

    /** In order with the channel's traffic. */
    void reply(int id, Result result, ChannelOptions about) {
        if (session.isOpen()) {
            connection.send(codec.encode(new Reply.Success(id, result)), about);
            session.answered();
        }
    }

    void fail(int id, ErrorCode error) {
        if (!session.isOpen()) {
            return;
        }
        context.counters().error(error);
        if (connection.unidirectional()) {
            session.disconnect(Disconnect.ofConnectError(error));
        } else {
            connection.send(codec.encode(new Reply.Failure(id, error)));
            session.answered();
        }
    }

    void push(Push push) {
        if (session.isOpen()) {
            connection.send(encoded(push));
        }
    }

    /** In order with the channel's traffic. */
    void push(Push push, ChannelOptions about) {
        if (session.isOpen()) {
            connection.send(encoded(push), about);
        }
    }

    private EncodedMessage encoded(Push push) {
        return connection.unidirectional() ? codec.encodeUni(push) : codec.encode(push);
    }

    /** Pings the client, in the way of its transport. */
    void ping() {
        if (connection.framePings()) {
            connection.ping();
        } else {
            connection.send(connection.unidirectional() ? codec.uniPing() : codec.ping());
        }
    }
}
