package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Request.SubscribeRequest;

import org.jspecify.annotations.Nullable;

/** The fields of a subscribe request while a codec reads them. For one thread. */
final class SubscribeRequestBuilder {
    String channel = "";
    String token = "";
    boolean recover;
    String epoch = "";
    long offset;
    Payload data = Payload.EMPTY;
    boolean positioned;
    boolean recoverable;
    boolean joinLeave;
    String delta = "";
    @Nullable FilterNode filter;
    long flag;
    int type;

    SubscribeRequest build() {
        return new SubscribeRequest(
                channel,
                token,
                recover,
                position(offset, epoch),
                data,
                positioned,
                recoverable,
                joinLeave,
                delta,
                filter,
                flag,
                type);
    }

    static StreamPosition position(long offset, String epoch) {
        return offset == 0 && epoch.isEmpty()
                ? StreamPosition.NONE
                : new StreamPosition(offset, epoch);
    }
}
