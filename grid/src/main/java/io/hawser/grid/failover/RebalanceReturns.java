package io.hawser.grid.failover;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts who comes back of those that were told to go. A client is known by its user, or by its
 * address if it has none; each that left is counted back once, and only within {@value #WATCHED_MS}
 * ms: who comes later comes for reasons of its own. Takes the time as an argument; thread-safe.
 */
public final class RebalanceReturns {
    public static final long WATCHED_MS = 60_000;

    /** How many left under each key; bounded by the number of connections told to go. */
    private final Map<String, Integer> gone = new HashMap<>();

    private long untilMs;
    private volatile int returned;

    /** Nobody is awaited nearly always: those who come then do not wait for a lock. */
    private volatile boolean watching;

    /** Forgets everything, for a new move. */
    public synchronized void clear() {
        watching = false;
        gone.clear();
        returned = 0;
    }

    /** A client was told to go. */
    public synchronized void left(String user, String address, long nowMs) {
        watching = true;
        gone.merge(key(user, address), 1, Integer::sum);
        untilMs = nowMs + WATCHED_MS;
    }

    /** A client has come. */
    public void came(String user, String address, long nowMs) {
        if (watching) {
            compare(key(user, address), nowMs);
        }
    }

    private synchronized void compare(String key, long nowMs) {
        if (nowMs > untilMs) {
            gone.clear();
        }
        Integer left = gone.get(key);
        if (left != null) {
            returned++;
            if (left == 1) {
                gone.remove(key);
            } else {
                gone.put(key, left - 1);
            }
        }
        watching = !gone.isEmpty();
    }

    /** How many have come back. */
    public int returned() {
        return returned;
    }

    /** Users and addresses cannot be taken for each other. */
    private static String key(String user, String address) {
        return user.isEmpty() ? "a " + address : "u " + user;
    }
}
