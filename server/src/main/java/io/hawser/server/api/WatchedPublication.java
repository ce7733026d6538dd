package io.hawser.server.api;

import com.fasterxml.jackson.annotation.JsonRawValue;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.WatchEvent;
import io.hawser.server.protocol.JsonData;

import org.jspecify.annotations.Nullable;

import java.util.Base64;
import java.util.Map;

/**
 * A publication as those who watch get it, on one line.
 *
 * @param offset left out in a channel without history, as is the epoch
 * @param data if it is JSON
 * @param b64data if it is not
 * @param user whose client published it; left out if it was the server API
 * @param client that client's id
 */
public record WatchedPublication(
        String channel,
        @Nullable Long offset,
        @Nullable String epoch,
        long timeMs,
        @JsonRawValue @Nullable String data,
        @Nullable String b64data,
        @Nullable String user,
        @Nullable String client,
        @Nullable Map<String, String> tags) {
    /** As it was heard. */
    public static WatchedPublication of(WatchEvent.Published published) {
        Publication publication = published.publication();
        ClientInfo info = publication.info();
        boolean stored = !published.position().epoch().isEmpty();
        String json = json(publication.data());
        return new WatchedPublication(
                published.channel(),
                stored ? published.position().offset() : null,
                stored ? published.position().epoch() : null,
                publication.timeMs(),
                json,
                json == null
                        ? Base64.getEncoder().encodeToString(publication.data().bytes())
                        : null,
                info == null ? null : info.user(),
                info == null ? null : info.client(),
                publication.tags().isEmpty() ? null : publication.tags());
    }

    /** Without line breaks; null if it is none. */
    private static @Nullable String json(Payload data) {
        return JsonData.check(data) instanceof JsonData.Valid valid
                ? valid.payload().toString()
                : null;
    }
}
