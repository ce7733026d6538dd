package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

import java.util.Map;

/** The answer to who is in a channel. */
public sealed interface MemberList {
    /**
     * All of them.
     *
     * @param byClient by client id
     */
    record Complete(Map<String, ClientInfo> byClient) implements MemberList {}

    /**
     * There are more than the caller wants to know.
     *
     * @param clients how many, as far as that is known
     */
    record TooMany(int clients) implements MemberList {}
}
