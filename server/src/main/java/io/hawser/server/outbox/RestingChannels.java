package io.hawser.server.outbox;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Channels that Redis refused for good, an alien value under one of their keys for example. They
 * are left alone for a while, doubled each time, so that they hold up nobody; their rows stay. Time
 * is passed in. Not thread-safe.
 */
final class RestingChannels {
    /** So many channels at once are not the channels' fault. */
    static final int MAX = 1000;

    static final long FIRST_REST_MS = 1_000;
    static final long LONGEST_REST_MS = 60_000;

    private record Rest(long untilMs, long lengthMs) {}

    private final Map<String, Rest> rests = new HashMap<>();

    /** The channel was refused. False if too many are: then it is not laid aside. */
    boolean refused(String channel, long nowMs) {
        Rest before = rests.get(channel);
        if (before == null && rests.size() >= MAX) {
            return false;
        }
        long lengthMs =
                before == null ? FIRST_REST_MS : Math.min(2 * before.lengthMs(), LONGEST_REST_MS);
        rests.put(channel, new Rest(nowMs + lengthMs, lengthMs));
        return true;
    }

    /** The channel is well. */
    void published(String channel) {
        rests.remove(channel);
    }

    /** Those to leave alone now. One whose rest is over may be tried, and keeps its history. */
    Set<String> at(long nowMs) {
        // Long after its rest a channel has nothing to publish: nobody would ever take it out.
        rests.values().removeIf(rest -> nowMs - rest.untilMs() > 2 * LONGEST_REST_MS);
        return rests.entrySet().stream()
                .filter(each -> each.getValue().untilMs() > nowMs)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    int size() {
        return rests.size();
    }
}
