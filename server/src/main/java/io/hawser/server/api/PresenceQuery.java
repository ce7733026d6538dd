package io.hawser.server.api;

import io.hawser.grid.presence.Presence;
import io.hawser.grid.presence.PresenceStats;
import io.hawser.grid.pubsub.ClientInfo;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Who is in a channel, on all nodes. Thread-safe; never blocks. */
public interface PresenceQuery {
    /** By client id. */
    CompletionStage<Map<String, ClientInfo>> members(String channel);

    CompletionStage<PresenceStats> stats(String channel);

    /** The grid's presence. */
    static PresenceQuery of(Presence presence) {
        return new PresenceQuery() {
            @Override
            public CompletionStage<Map<String, ClientInfo>> members(String channel) {
                return presence.members(channel);
            }

            @Override
            public CompletionStage<PresenceStats> stats(String channel) {
                return presence.stats(channel);
            }
        };
    }
}
