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

/** The Protobuf field numbers of replies. Thread-safe. */
final class ProtobufReplyWriter {
    private ProtobufReplyWriter() {}

    static ProtobufMessage reply(Reply reply) {
        ProtobufMessage out = new ProtobufMessage().uint32(1, reply.id());
        return switch (reply) {
            case Reply.Success success -> result(out, success.result());
            case Reply.Failure failure -> out.message(2, error(failure.error()));
        };
    }

    private static ProtobufMessage error(ErrorCode error) {
        return new ProtobufMessage()
                .uint32(1, error.code())
                .text(2, error.message())
                .flag(3, error.temporary());
    }

    private static ProtobufMessage result(ProtobufMessage out, Result result) {
        return switch (result) {
            case ConnectResult connect -> out.message(5, connect(connect));
            case SubscribeResult subscribe -> out.message(6, subscribe(subscribe));
            case UnsubscribeResult _ -> out.message(7, new ProtobufMessage());
            case PublishResult _ -> out.message(8, new ProtobufMessage());
            case PresenceResult presence -> out.message(9, presence(presence));
            case PresenceStatsResult stats -> out.message(10, presenceStats(stats));
            case HistoryResult history -> out.message(11, history(history));
            case PingResult _ -> out.message(12, new ProtobufMessage());
            case RpcResult rpc -> out.message(13, new ProtobufMessage().bytes(1, rpc.data()));
            case RefreshResult refresh -> out.message(14, refresh(refresh));
            case SubRefreshResult refresh ->
                    out.message(15, expiry(new ProtobufMessage(), 1, refresh.expiry()));
        };
    }

    private static ProtobufMessage connect(ConnectResult result) {
        ProtobufMessage out =
                new ProtobufMessage().text(1, result.client()).text(2, result.version());
        return expiry(out, 3, result.expiry())
                .bytes(5, result.data())
                .map(6, result.subs(), ProtobufReplyWriter::subscribe)
                .uint32(7, result.pingSeconds())
                .flag(8, result.pong())
                .text(9, result.session())
                .text(10, result.node())
                .int64(11, result.timeMs());
    }

    static ProtobufMessage subscribe(SubscribeResult result) {
        return expiry(new ProtobufMessage(), 1, result.expiry())
                .flag(3, result.recoverable())
                .text(6, result.position().epoch())
                .messages(7, result.publications(), ProtobufReplyWriter::publication)
                .flag(8, result.recovered())
                .int64(9, result.position().offset())
                .flag(10, result.positioned())
                .bytes(11, result.data())
                .flag(12, result.wasRecovering())
                .flag(13, result.delta());
    }

    private static ProtobufMessage presence(PresenceResult result) {
        return new ProtobufMessage().map(1, result.presence(), ProtobufReplyWriter::clientInfo);
    }

    private static ProtobufMessage presenceStats(PresenceStatsResult result) {
        return new ProtobufMessage().uint32(1, result.clients()).uint32(2, result.users());
    }

    private static ProtobufMessage history(HistoryResult result) {
        return new ProtobufMessage()
                .messages(
                        1,
                        result.publications(),
                        publication -> publication(SentPublication.plain(publication)))
                .text(2, result.position().epoch())
                .int64(3, result.position().offset());
    }

    private static ProtobufMessage refresh(RefreshResult result) {
        ProtobufMessage out =
                new ProtobufMessage().text(1, result.client()).text(2, result.version());
        return expiry(out, 3, result.expiry());
    }

    /** Adds {@code expires} as field {@code number} and {@code ttl} as the one behind it. */
    static ProtobufMessage expiry(ProtobufMessage out, int number, Expiry expiry) {
        return out.flag(number, expiry.expires()).uint32(number + 1, expiry.ttlSeconds());
    }

    static ProtobufMessage publication(SentPublication sent) {
        Publication publication = sent.publication();
        ProtobufMessage out = new ProtobufMessage().bytes(4, publication.data());
        ClientInfo info = publication.info();
        if (info != null) {
            out.message(5, clientInfo(info));
        }
        return out.int64(6, publication.offset())
                .texts(7, publication.tags())
                .flag(8, sent.delta())
                .int64(9, publication.timeMs());
    }

    static ProtobufMessage clientInfo(ClientInfo info) {
        return new ProtobufMessage()
                .text(1, info.user())
                .text(2, info.client())
                .bytes(3, info.connInfo())
                .bytes(4, info.chanInfo());
    }
}
