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

/**
 * The fields of pushes by name, in the order of their Protobuf numbers. Each method writes into the
 * object that is open. Thread-safe.
 */
final class NamedPushWriter {
    private NamedPushWriter() {}

    static void push(NamedFieldWriter out, Push push) {
        out.text("channel", push.channel());
        switch (push) {
            case PublicationPush pub ->
                    out.object("pub", body -> NamedReplyWriter.publication(body, pub.sent()));
            case JoinPush join -> out.object("join", body -> info(body, join.info()));
            case LeavePush leave -> out.object("leave", body -> info(body, leave.info()));
            case UnsubscribePush unsubscribe ->
                    out.object("unsubscribe", body -> unsubscribe(body, unsubscribe.code()));
            case MessagePush message ->
                    out.object("message", body -> body.payload("data", message.data()));
            case SubscribePush sub -> out.object("subscribe", body -> subscribe(body, sub));
            case ConnectPush connect ->
                    out.object("connect", body -> connect(body, connect.result()));
            case DisconnectPush disconnect ->
                    out.object("disconnect", body -> disconnect(body, disconnect.disconnect()));
            case RefreshPush refresh ->
                    out.object("refresh", body -> NamedReplyWriter.expiry(body, refresh.expiry()));
        }
    }

    private static void info(NamedFieldWriter out, ClientInfo info) {
        out.object("info", body -> NamedReplyWriter.clientInfo(body, info));
    }

    private static void unsubscribe(NamedFieldWriter out, UnsubscribeCode code) {
        out.number("code", code.code());
        out.text("reason", code.reason());
    }

    private static void subscribe(NamedFieldWriter out, SubscribePush sub) {
        out.flag("recoverable", sub.recoverable());
        out.text("epoch", sub.position().epoch());
        out.number("offset", sub.position().offset());
        out.flag("positioned", sub.positioned());
        out.payload("data", sub.data());
    }

    private static void connect(NamedFieldWriter out, ConnectResult result) {
        out.text("client", result.client());
        out.text("version", result.version());
        out.payload("data", result.data());
        out.map("subs", result.subs(), NamedReplyWriter::subscribe);
        NamedReplyWriter.expiry(out, result.expiry());
        out.number("ping", result.pingSeconds());
        out.flag("pong", result.pong());
        out.text("session", result.session());
        out.text("node", result.node());
        out.number("time", result.timeMs());
    }

    private static void disconnect(NamedFieldWriter out, Disconnect disconnect) {
        out.number("code", disconnect.code());
        out.text("reason", disconnect.reason());
        out.flag("reconnect", disconnect.reconnect());
    }
}
