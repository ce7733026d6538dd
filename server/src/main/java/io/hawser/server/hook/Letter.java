package io.hawser.server.hook;

/**
 * An event on its way to a webhook, or given up. Immutable.
 *
 * @param id the same over all attempts and on all nodes
 * @param event its type
 * @param body JSON
 * @param createdMs when it was laid down here, milliseconds since 1970
 * @param attempts that have failed; 0 while it waits
 * @param problem why it was given up; empty while it waits
 * @param diedMs when it was given up, milliseconds since 1970; 0 while it waits
 */
public record Letter(
        String id,
        String event,
        String body,
        long createdMs,
        int attempts,
        String problem,
        long diedMs) {
    private static final int MAX_PROBLEM = 500;

    /** One that has not been tried yet. */
    public static Letter fresh(String id, String event, String body, long nowMs) {
        return new Letter(id, event, body, nowMs, 0, "", 0);
    }

    Letter dead(int failedAttempts, String why, long nowMs) {
        String problem = why.length() <= MAX_PROBLEM ? why : why.substring(0, MAX_PROBLEM);
        return new Letter(id, event, body, createdMs, failedAttempts, problem, nowMs);
    }

    Letter again() {
        return new Letter(id, event, body, createdMs, 0, "", 0);
    }
}
