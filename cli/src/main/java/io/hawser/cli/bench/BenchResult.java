package io.hawser.cli.bench;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What came of a run, or of one process's part of it. For one thread. */
public final class BenchResult {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final SortedMap<String, Long> failures = new TreeMap<>();
    private final Latency handshake = new Latency();
    private final Latency ready = new Latency();
    private final Latency delivery = new Latency();
    private final Latency reply = new Latency();

    /** The first connection attempt, the last handshake and the last subscription. */
    private long beganNs = Long.MAX_VALUE;

    private long lastHandshakeNs = Long.MIN_VALUE;
    private long lastReadyNs = Long.MIN_VALUE;

    void add(Count what, long count) {
        counts.merge(what, count, Long::sum);
    }

    void failure(String reason, long count) {
        failures.merge(reason, count, Long::sum);
    }

    void connecting(long began, long lastHandshake, long lastReady) {
        beganNs = Math.min(beganNs, began);
        lastHandshakeNs = Math.max(lastHandshakeNs, lastHandshake);
        lastReadyNs = Math.max(lastReadyNs, lastReady);
    }

    /** Adds another process's part. */
    void add(BenchResult other) {
        other.counts.forEach(this::add);
        other.failures.forEach(this::failure);
        handshake.add(other.handshake);
        ready.add(other.ready);
        delivery.add(other.delivery);
        reply.add(other.reply);
        connecting(other.beganNs, other.lastHandshakeNs, other.lastReadyNs);
    }

    public long get(Count what) {
        return counts.getOrDefault(what, 0L);
    }

    /** Why connections and publishes failed, and how many for each reason. */
    public SortedMap<String, Long> failures() {
        return Collections.unmodifiableSortedMap(failures);
    }

    /** From a connection's beginning to the answer to its handshake. */
    public Latency handshake() {
        return handshake;
    }

    /** From a connection's beginning to the reply to its last command. */
    public Latency ready() {
        return ready;
    }

    /** From when a publish was due (open loop) or sent (closed loop) to a subscriber. */
    public Latency delivery() {
        return delivery;
    }

    /** From when a publish was due or sent to its reply. */
    public Latency reply() {
        return reply;
    }

    /** Seconds from the first connection attempt to the last handshake; 0 without any. */
    public double handshakeSeconds() {
        return lastHandshakeNs == Long.MIN_VALUE ? 0 : (lastHandshakeNs - beganNs) / 1e9;
    }

    /** Seconds from the first connection attempt until the last connection was ready. */
    public double readySeconds() {
        return lastReadyNs == Long.MIN_VALUE ? 0 : (lastReadyNs - beganNs) / 1e9;
    }

    /**
     * Whether everything that was due was sent and answered, everything that was to arrive did,
     * once, in order, and nobody failed.
     */
    public boolean isFlawless() {
        return get(Count.FAILED) == 0
                && get(Count.CONNECTIONS_LOST) == 0
                && get(Count.LOST) == 0
                && get(Count.DUPLICATES) == 0
                && get(Count.DISORDERED) == 0
                && get(Count.MISROUTED) == 0
                && get(Count.REFUSED) == 0
                && get(Count.UNSENT) == 0
                && get(Count.UNANSWERED) == 0;
    }

    /** As one line, for another process. */
    String encoded() {
        ObjectNode node = JSON.createObjectNode();
        ObjectNode numbers = node.putObject("counts");
        counts.forEach((what, count) -> numbers.put(what.name(), count));
        ObjectNode reasons = node.putObject("failures");
        failures.forEach(reasons::put);
        node.put("handshake", handshake.encoded()).put("ready", ready.encoded());
        node.put("delivery", delivery.encoded()).put("reply", reply.encoded());
        node.put("began", beganNs).put("last_handshake", lastHandshakeNs);
        return node.put("last_ready", lastReadyNs).toString();
    }

    /** Reads what {@link #encoded} wrote. */
    static BenchResult decoded(String line) {
        JsonNode node = JSON.readTree(line);
        var result = new BenchResult();
        node.path("counts")
                .propertyStream()
                .forEach(e -> result.add(Count.valueOf(e.getKey()), e.getValue().longValue()));
        node.path("failures")
                .propertyStream()
                .forEach(e -> result.failure(e.getKey(), e.getValue().longValue()));
        result.handshake.add(Latency.decoded(node.path("handshake").asString()));
        result.ready.add(Latency.decoded(node.path("ready").asString()));
        result.delivery.add(Latency.decoded(node.path("delivery").asString()));
        result.reply.add(Latency.decoded(node.path("reply").asString()));
        result.connecting(
                node.path("began").longValue(),
                node.path("last_handshake").longValue(),
                node.path("last_ready").longValue());
        return result;
    }
}
