package io.hawser.server.protocol;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.server.protocol.Push.ConnectPush;
import io.hawser.server.protocol.Push.DisconnectPush;
import io.hawser.server.protocol.Push.JoinPush;
import io.hawser.server.protocol.Push.LeavePush;
import io.hawser.server.protocol.Push.MessagePush;
import io.hawser.server.protocol.Push.PublicationPush;
import io.hawser.server.protocol.Push.RefreshPush;
import io.hawser.server.protocol.Push.SubscribePush;
import io.hawser.server.protocol.Push.UnsubscribePush;
import io.hawser.server.protocol.Result.ConnectResult;

/** The Protobuf field numbers of pushes. Thread-safe. */
final class ProtobufPushWriter {
    private ProtobufPushWriter() {}

    /** The reply that carries {@code push} on a bidirectional connection. */
    static ProtobufMessage reply(Push push) {
        return new ProtobufMessage().message(4, push(push));
    }

    static ProtobufMessage push(Push push) {
        ProtobufMessage out = new ProtobufMessage().text(2, push.channel());
        return switch (push) {
            case PublicationPush pub -> out.message(4, ProtobufReplyWriter.publication(pub.sent()));
            case JoinPush join -> out.message(5, info(join.info()));
            case LeavePush leave -> out.message(6, info(leave.info()));
            case UnsubscribePush unsubscribe -> out.message(7, unsubscribe(unsubscribe.code()));
            case MessagePush message ->
                    out.message(8, new ProtobufMessage().bytes(1, message.data()));
            case SubscribePush subscribe -> out.message(9, subscribe(subscribe));
            case ConnectPush connect -> out.message(10, connect(connect.result()));
            case DisconnectPush disconnect -> out.message(11, disconnect(disconnect.disconnect()));
            case RefreshPush refresh ->
                    out.message(
                            12,
                            ProtobufReplyWriter.expiry(new ProtobufMessage(), 1, refresh.expiry()));
        };
    }

    private static ProtobufMessage info(ClientInfo info) {
        return new ProtobufMessage().message(1, ProtobufReplyWriter.clientInfo(info));
    }

    private static ProtobufMessage unsubscribe(UnsubscribeCode code) {
        return new ProtobufMessage().uint32(2, code.code()).text(3, code.reason());
    }

    private static ProtobufMessage subscribe(SubscribePush subscribe) {
        return new ProtobufMessage()
                .flag(1, subscribe.recoverable())
                .text(4, subscribe.position().epoch())
                .int64(5, subscribe.position().offset())
                .flag(6, subscribe.positioned())
                .bytes(7, subscribe.data());
    }

    private static ProtobufMessage connect(ConnectResult result) {
        ProtobufMessage out =
                new ProtobufMessage()
                        .text(1, result.client())
                        .text(2, result.version())
                        .bytes(3, result.data())
                        .map(4, result.subs(), ProtobufReplyWriter::subscribe);
        return ProtobufReplyWriter.expiry(out, 5, result.expiry())
                .uint32(7, result.pingSeconds())
                .flag(8, result.pong())
                .text(9, result.session())
                .text(10, result.node())
                .int64(11, result.timeMs());
    }

    private static ProtobufMessage disconnect(Disconnect disconnect) {
        return new ProtobufMessage()
                .uint32(1, disconnect.code())
                .text(2, disconnect.reason())
                .flag(3, disconnect.reconnect());
    }
}
