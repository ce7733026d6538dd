package io.hawser.server.outbox;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ChannelOptions.DataFormat;
import io.hawser.server.protocol.JsonData;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.storage.OutboxRow;

import java.nio.charset.StandardCharsets;

/** Decides whether a row may be published, by the rules of the server API. Pure, thread-safe. */
final class RowCheck {
    private final ChannelPolicy policy;
    private final int channelMaxBytes;

    /**
     * @param channelMaxBytes longest channel name, in bytes of UTF-8
     */
    RowCheck(ChannelPolicy policy, int channelMaxBytes) {
        this.policy = policy;
        this.channelMaxBytes = channelMaxBytes;
    }

    /** What is to become of a row. */
    sealed interface Verdict {
        /** To be published with these data, in a channel with these options. */
        record Fit(Payload data, ChannelOptions options) implements Verdict {}

        /**
         * Never to be published.
         *
         * @param reason for people; does not quote the data
         */
        record Unfit(String reason) implements Verdict {}
    }

    Verdict check(OutboxRow row) {
        if (row.channel().getBytes(StandardCharsets.UTF_8).length > channelMaxBytes) {
            return new Verdict.Unfit("channel is longer than " + channelMaxBytes + " bytes");
        }
        ChannelOptions options = policy.options(row.channel());
        if (options == null) {
            return new Verdict.Unfit("the channel's namespace is not configured");
        }
        Payload data = Payload.of(row.data());
        if (options.dataFormat() == DataFormat.BINARY) {
            return new Verdict.Fit(data, options);
        }
        return switch (JsonData.check(data)) {
            case JsonData.Valid valid -> new Verdict.Fit(valid.payload(), options);
            case JsonData.Invalid invalid -> new Verdict.Unfit("data: " + invalid.problem());
        };
    }
}
