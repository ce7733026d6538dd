package io.hawser.server.websocket;

/**
 * Why a WebSocket is not opened, as an HTTP response. Immutable.
 *
 * @param status HTTP status
 * @param phrase its reason phrase
 * @param retryAfterSeconds when to try again; 0 for no advice
 * @param why one line for people: what is wrong and what to do
 */
public record Refusal(int status, String phrase, int retryAfterSeconds, String why) {

    /** Not now; later, or at another node. */
    public static Refusal unavailable(String why) {
        return new Refusal(503, "Service Unavailable", 1, why + "\n");
    }

    /** Never. */
    public static Refusal forbidden(String why) {
        return new Refusal(403, "Forbidden", 0, why + "\n");
    }
}
