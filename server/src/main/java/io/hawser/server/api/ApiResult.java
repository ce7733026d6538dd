package io.hawser.server.api;

import com.fasterxml.jackson.annotation.JsonRawValue;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.config.ChannelOptions.DataFormat;
import io.hawser.server.protocol.JsonData;

import org.jspecify.annotations.Nullable;

import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What the server API answers; the components are its JSON, in snake case. Immutable. */
public sealed interface ApiResult {
    /** Nothing to tell. */
    record Done() implements ApiResult {}

    /**
     * Where a publication was stored.
     *
     * @param offset 0 in a channel without history
     * @param epoch empty in a channel without history
     * @param suppressed true if the channel has this version or a newer one already, so that
     *     nothing was stored or sent and the position is the newest one's; null otherwise
     * @param ack whom it went to; null if that was not asked
     */
    record Published(long offset, String epoch, @Nullable Boolean suppressed, @Nullable Reach ack)
            implements ApiResult {
        static Published of(PublishResult result) {
            StreamPosition position = result.position();
            return new Published(
                    position.offset(), position.epoch(), result.suppressed() ? true : null, null);
        }

        Published reaching(Reach reach) {
            return new Published(offset, epoch, suppressed, reach);
        }
    }

    /**
     * Who has got a publication.
     *
     * @param nodes that have handed it to their subscribers
     * @param subscribers on those nodes
     * @param missing nodes that did not answer in time and may have subscribers, and those that
     *     have some and had not got the publication
     * @param problem why nobody was asked; the publication is published all the same
     */
    record Reach(int nodes, int subscribers, List<String> missing, @Nullable String problem) {}

    /** One reply a channel, in the order of the channels. */
    record Broadcasted(List<ApiReply> responses) implements ApiResult {}

    /** Who is in a channel, by client id. */
    record Members(Map<String, ClientView> presence) implements ApiResult {}

    /** How many are in a channel. */
    record MemberCounts(int numClients, int numUsers) implements ApiResult {}

    /** A part of a stream, and its top position. */
    record Publications(List<PublicationView> publications, long offset, String epoch)
            implements ApiResult {}

    /**
     * Channels with subscribers.
     *
     * @param missing nodes that did not answer in time
     */
    record Channels(Map<String, ChannelView> channels, List<String> missing) implements ApiResult {}

    /**
     * Nodes that answered.
     *
     * @param missing nodes that did not answer in time
     */
    record Nodes(List<NodeSummary> nodes, List<String> missing) implements ApiResult {}

    /**
     * What came of a batch.
     *
     * @param replies in the order of the commands: each a result under its method's name, or an
     *     error under {@code error}
     */
    record Batched(List<Map<String, Object>> replies) implements ApiResult {}

    /** Subscribers of a channel, on all nodes that answered. */
    record ChannelView(int numClients) {}

    /**
     * A node, as it says itself.
     *
     * @param uid id of the node
     * @param name the same
     * @param uptime seconds since its start
     */
    record NodeSummary(
            String uid,
            String name,
            String version,
            int numClients,
            int numUsers,
            int numChannels,
            int numSubs,
            long uptime) {}

    /** Who; the application data are JSON and left out if there are none. */
    record ClientView(
            String user,
            String client,
            @JsonRawValue @Nullable String connInfo,
            @JsonRawValue @Nullable String chanInfo) {
        public static ClientView of(ClientInfo info) {
            return new ClientView(
                    info.user(), info.client(), json(info.connInfo()), json(info.chanInfo()));
        }

        /** Null where there is no JSON: it must not spoil the whole answer. */
        private static @Nullable String json(Payload info) {
            return JsonData.check(info) instanceof JsonData.Valid ? info.toString() : null;
        }
    }

    /**
     * A publication, with its data in one of two forms.
     *
     * @param data of a channel of JSON, as it was published
     * @param b64data of a channel of binary data
     */
    record PublicationView(
            long offset,
            @JsonRawValue @Nullable String data,
            @Nullable String b64data,
            @Nullable ClientView info,
            @Nullable Map<String, String> tags) {
        static PublicationView of(Publication publication, DataFormat format) {
            Payload data = publication.data();
            // Stored before the namespace changed its format, it may be no JSON.
            boolean json =
                    format == DataFormat.JSON && JsonData.check(data) instanceof JsonData.Valid;
            return new PublicationView(
                    publication.offset(),
                    json ? data.toString() : null,
                    json ? null : Base64.getEncoder().encodeToString(data.bytes()),
                    publication.info() == null ? null : ClientView.of(publication.info()),
                    publication.tags().isEmpty() ? null : publication.tags());
        }
    }
}
