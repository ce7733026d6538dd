package io.hawser.server.api;

import io.hawser.grid.presence.MemberList;
import io.hawser.grid.presence.Presence;
import io.hawser.grid.presence.PresenceStats;

import java.util.concurrent.CompletionStage;

/** Who is in a channel, on all nodes. Thread-safe; never blocks. */
public interface PresenceQuery {
    /** All of them, if they are no more than {@code most}. */
    CompletionStage<MemberList> members(String channel, int most);

    CompletionStage<PresenceStats> stats(String channel);

    /** The grid's presence. */
    static PresenceQuery of(Presence presence) {
        return new PresenceQuery() {
            @Override
            public CompletionStage<MemberList> members(String channel, int most) {
                return presence.members(channel, most);
            }

            @Override
            public CompletionStage<PresenceStats> stats(String channel) {
                return presence.stats(channel);
            }
        };
    }
}
