package io.hawser.server.protocol;

/**
 * Why the server ends a subscription. The constants are all that Hawser itself uses. Immutable,
 * thread-safe.
 *
 * @param code 2000 to 2999
 * @param reason for people
 */
public record UnsubscribeCode(int code, String reason) {
    public static final UnsubscribeCode SERVER = new UnsubscribeCode(2000, "server unsubscribe");

    /** A gap in the stream: the client subscribes again and recovers. */
    public static final UnsubscribeCode INSUFFICIENT_STATE =
            new UnsubscribeCode(2500, "insufficient state");

    /** The client subscribes again with a new token. */
    public static final UnsubscribeCode EXPIRED = new UnsubscribeCode(2501, "subscription expired");

    /** The client drops token and position and subscribes again. */
    public static final UnsubscribeCode STATE_INVALIDATED =
            new UnsubscribeCode(2502, "state invalidated");

    public UnsubscribeCode {
        if (code < 2000 || code > 2999) {
            throw new IllegalArgumentException("unsubscribe code out of 2000..2999: " + code);
        }
    }

    /** Whether clients subscribe again by themselves. */
    public boolean resubscribe() {
        return code >= 2500;
    }
}
