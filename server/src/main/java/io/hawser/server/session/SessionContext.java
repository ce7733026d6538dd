package io.hawser.server.session;

import io.hawser.grid.delivery.AcknowledgedDelivery;
import io.hawser.grid.presence.Presence;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.config.ClientConfig;
import io.hawser.server.protocol.Expiry;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.security.TokenVerifier;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;

/**
 * What all sessions of a node share. Thread-safe, as everything in it is.
 *
 * @param client limits and intervals
 * @param policy who may do what in which channel
 * @param tokens checks connection and subscription tokens
 * @param hub subscribes this node's clients
 * @param broker publishes and reads history
 * @param presence who is in a channel
 * @param sessions this node's sessions
 * @param listener hears of sessions that open and close
 * @param continuity what of a client outlives its connection
 * @param counters what is counted
 * @param delivery what users have acknowledged
 * @param deltas made for clients that come back
 * @param connectData goes into every connect reply as {@code data}; empty for none
 * @param version the server's version, as told to clients
 * @param clock wall time
 */
public record SessionContext(
        ClientConfig client,
        ChannelPolicy policy,
        TokenVerifier tokens,
        Hub hub,
        Broker broker,
        Presence presence,
        Sessions sessions,
        SessionListener listener,
        Continuity continuity,
        SessionCounters counters,
        AcknowledgedDelivery delivery,
        RecoveredDeltas deltas,
        Payload connectData,
        String version,
        InstantSource clock) {

    long nowMs() {
        return clock.millis();
    }

    /** When something ends, seen from now; {@code atMs} is 0 for never. */
    Expiry expiry(long atMs) {
        return atMs == 0
                ? Expiry.NEVER
                : Expiry.inSeconds((int) Math.min(Integer.MAX_VALUE, (atMs - nowMs()) / 1000));
    }

    /** Milliseconds since 1970; 0 for never. */
    static long millis(@Nullable Instant time) {
        return time == null ? 0 : time.toEpochMilli();
    }
}
