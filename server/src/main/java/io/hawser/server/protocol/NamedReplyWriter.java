package io.hawser.server.protocol;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.protocol.Result.ConnectResult;
import io.hawser.server.protocol.Result.HistoryResult;
import io.hawser.server.protocol.Result.PingResult;
import io.hawser.server.protocol.Result.PresenceResult;
import io.hawser.server.protocol.Result.PresenceStatsResult;
import io.hawser.server.protocol.Result.PublishResult;
import io.hawser.server.protocol.Result.RefreshResult;
import io.hawser.server.protocol.Result.RpcResult;
import io.hawser.server.protocol.Result.SubRefreshResult;
import io.hawser.server.protocol.Result.SubscribeResult;
import io.hawser.server.protocol.Result.UnsubscribeResult;

/**
 * The fields of replies by name, in the order of their Protobuf numbers. Each method writes into
 * the object that is open. Thread-safe.
 */
final class NamedReplyWriter {
    private NamedReplyWriter() {}

    static void reply(NamedFieldWriter out, Reply reply) {
        out.uint32("id", reply.id());
        switch (reply) {
            case Reply.Success success -> result(out, success.result());
            case Reply.Failure failure -> out.object("error", body -> error(body, failure.error()));
        }
    }

    private static void error(NamedFieldWriter out, ErrorCode error) {
        out.number("code", error.code());
        out.text("message", error.message());
        out.flag("temporary", error.temporary());
    }

    private static void result(NamedFieldWriter out, Result result) {
        switch (result) {
            case ConnectResult connect -> out.object("connect", body -> connect(body, connect));
            case SubscribeResult sub -> out.object("subscribe", body -> subscribe(body, sub));
            case UnsubscribeResult _ -> out.object("unsubscribe", body -> {});
            case PublishResult _ -> out.object("publish", body -> {});
            case PresenceResult presence ->
                    out.object("presence", body -> presence(body, presence));
            case PresenceStatsResult stats ->
                    out.object("presence_stats", body -> presenceStats(body, stats));
            case HistoryResult history -> out.object("history", body -> history(body, history));
            case PingResult _ -> out.object("ping", body -> {});
            case RpcResult rpc -> out.object("rpc", body -> body.payload("data", rpc.data()));
            case RefreshResult refresh -> out.object("refresh", body -> refresh(body, refresh));
            case SubRefreshResult refresh ->
                    out.object("sub_refresh", body -> expiry(body, refresh.expiry()));
        }
    }

    private static void connect(NamedFieldWriter out, ConnectResult result) {
        out.text("client", result.client());
        out.text("version", result.version());
        expiry(out, result.expiry());
        out.payload("data", result.data());
        out.map("subs", result.subs(), NamedReplyWriter::subscribe);
        out.number("ping", result.pingSeconds());
        out.flag("pong", result.pong());
        out.text("session", result.session());
        out.text("node", result.node());
        out.number("time", result.timeMs());
    }

    static void subscribe(NamedFieldWriter out, SubscribeResult result) {
        expiry(out, result.expiry());
        out.flag("recoverable", result.recoverable());
        out.text("epoch", result.position().epoch());
        if (!result.publications().isEmpty()) {
            out.objects("publications", result.publications(), NamedReplyWriter::publication);
        }
        out.flag("recovered", result.recovered());
        out.number("offset", result.position().offset());
        out.flag("positioned", result.positioned());
        out.payload("data", result.data());
        out.flag("was_recovering", result.wasRecovering());
        out.flag("delta", result.delta());
    }

    private static void presence(NamedFieldWriter out, PresenceResult result) {
        out.mapAlways("presence", result.presence(), NamedReplyWriter::clientInfo);
    }

    private static void presenceStats(NamedFieldWriter out, PresenceStatsResult result) {
        out.numberAlways("num_clients", result.clients());
        out.numberAlways("num_users", result.users());
    }

    private static void history(NamedFieldWriter out, HistoryResult result) {
        out.objects(
                "publications",
                result.publications(),
                (body, publication) -> publication(body, SentPublication.plain(publication)));
        out.textAlways("epoch", result.position().epoch());
        out.numberAlways("offset", result.position().offset());
    }

    private static void refresh(NamedFieldWriter out, RefreshResult result) {
        out.text("client", result.client());
        out.text("version", result.version());
        expiry(out, result.expiry());
    }

    static void expiry(NamedFieldWriter out, Expiry expiry) {
        out.flag("expires", expiry.expires());
        out.number("ttl", expiry.ttlSeconds());
    }

    static void publication(NamedFieldWriter out, SentPublication sent) {
        Publication publication = sent.publication();
        if (sent.form().inDeltaSubscription()) {
            out.opaque("data", publication.data());
        } else {
            out.payload("data", publication.data());
        }
        ClientInfo info = publication.info();
        if (info != null) {
            out.object("info", body -> clientInfo(body, info));
        }
        out.number("offset", publication.offset());
        out.texts("tags", publication.tags());
        out.flag("delta", sent.delta());
        out.number("time", publication.timeMs());
    }

    static void clientInfo(NamedFieldWriter out, ClientInfo info) {
        out.textAlways("user", info.user());
        out.textAlways("client", info.client());
        out.payload("conn_info", info.connInfo());
        out.payload("chan_info", info.chanInfo());
    }
}
