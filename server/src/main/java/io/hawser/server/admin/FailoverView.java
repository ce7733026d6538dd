package io.hawser.server.admin;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.FailoverRecord;
import io.hawser.grid.failover.FailoverRecord.Outcome;
import io.hawser.grid.failover.FailoverStrategy;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.http.Json;

import tools.jackson.core.JacksonException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link FailoverRecord} as JSON: in the admin API, in webhooks, and as an event on the control
 * channel, by which all nodes hear of it. Strategy and outcome in lower case. Immutable.
 */
public record FailoverView(
        String node,
        long incarnation,
        String coordinator,
        long lostAtMs,
        String strategy,
        String outcome,
        int connections,
        Map<String, Integer> shares,
        int unplaced,
        int moved,
        long tookMs) {

    /** What an event begins with: other commands on the channel do not. */
    private static final byte[] EVENT_BEGIN =
            "{\"kind\":\"failover\",".getBytes(StandardCharsets.UTF_8);

    private record Event(String kind, FailoverView failover) {}

    static FailoverView of(FailoverRecord record) {
        return new FailoverView(
                record.node().value(),
                record.incarnation(),
                record.coordinator().value(),
                record.lostAtMs(),
                Json.lowerCase(record.strategy()),
                Json.lowerCase(record.outcome()),
                record.connections(),
                record.shares(),
                record.unplaced(),
                record.moved(),
                record.tookMs());
    }

    private FailoverRecord record() {
        return new FailoverRecord(
                new NodeId(node),
                incarnation,
                new NodeId(coordinator),
                lostAtMs,
                FailoverStrategy.valueOf(strategy.toUpperCase(Locale.ROOT)),
                connections,
                shares,
                unplaced,
                Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)),
                moved,
                tookMs);
    }

    /** What webhooks get. */
    public static String json(FailoverRecord record) {
        return new String(Json.encode(of(record)), StandardCharsets.UTF_8);
    }

    /** For the control channel. */
    public static Payload event(FailoverRecord record) {
        return Payload.of(Json.encode(new Event("failover", of(record))));
    }

    /** True if what came on the control channel is meant to be such an event. */
    public static boolean isEvent(Payload payload) {
        byte[] bytes = payload.bytes();
        int length = EVENT_BEGIN.length;
        return bytes.length >= length && Arrays.equals(bytes, 0, length, EVENT_BEGIN, 0, length);
    }

    /** Reads what {@link #event} wrote on some node; empty if it cannot be understood. */
    public static Optional<FailoverRecord> read(Payload event) {
        try {
            return Optional.of(Json.decodeWhole(event, Event.class).failover().record());
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
