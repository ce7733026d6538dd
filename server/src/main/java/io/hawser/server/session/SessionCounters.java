package io.hawser.server.session;

import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Request;
import io.hawser.server.protocol.UnsubscribeCode;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the node counts on behalf of its clients. Thread-safe; adding never waits. */
public final class SessionCounters {
    /** Sockets open, authenticated or not. */
    public final LongAdder connections = new LongAdder();

    /** Subscriptions of all sessions, joined. */
    public final LongAdder subscriptions = new LongAdder();

    /** Commands received, by kind. */
    public final Map<Class<? extends Request>, LongAdder> commands = new ConcurrentHashMap<>();

    /** Error replies, by code. */
    public final Map<Integer, LongAdder> errors = new ConcurrentHashMap<>();

    /** Connections closed, by disconnect code. */
    public final Map<Integer, LongAdder> disconnects = new ConcurrentHashMap<>();

    /** Subscriptions ended by the server, by unsubscribe code. */
    public final Map<Integer, LongAdder> unsubscribes = new ConcurrentHashMap<>();

    /** Commands received, all. */
    public final LongAdder received = new LongAdder();

    /** Commands answered with an error, all. */
    public final LongAdder failed = new LongAdder();

    /** Messages written to clients: replies, pushes, pings, deliveries. */
    public final LongAdder sent = new LongAdder();

    /** Publications accepted from this node's clients and its server API. */
    public final LongAdder published = new LongAdder();

    /** Publications times their local subscribers. */
    public final LongAdder delivered = new LongAdder();

    /** Connections that have not read all that was sent, so that some of it waits. */
    public final LongAdder slow = new LongAdder();

    /** Publications dropped for slow clients, where their namespace allows it. */
    public final LongAdder dropped = new LongAdder();

    /** Connections refused because the node was full. */
    public final LongAdder refused = new LongAdder();

    /** Times that an I/O thread did not go on for seconds. */
    public final LongAdder stuck = new LongAdder();

    /** Joins and leaves that could not be sent to the other nodes. */
    public final LongAdder presenceLost = new LongAdder();

    void command(Request request) {
        received.increment();
        increment(commands, request.getClass());
    }

    void error(ErrorCode error) {
        failed.increment();
        increment(errors, error.code());
    }

    void disconnect(int code) {
        increment(disconnects, code);
    }

    void unsubscribe(UnsubscribeCode code) {
        increment(unsubscribes, code.code());
    }

    /** Looks before it inserts: {@code computeIfAbsent} may lock even where the key is present. */
    private static <K> void increment(Map<K, LongAdder> counts, K key) {
        LongAdder count = counts.get(key);
        (count != null ? count : counts.computeIfAbsent(key, k -> new LongAdder())).increment();
    }
}
