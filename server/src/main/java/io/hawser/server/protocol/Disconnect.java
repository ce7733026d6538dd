package io.hawser.server.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Why the server ends a connection: code and reason of the WebSocket close frame. The constants are
 * all that Hawser itself uses; codes 4000 to 4999 belong to applications. Immutable, thread-safe.
 *
 * @param code 3000 to 4999
 * @param reason for people, at most {@link #MAX_REASON_BYTES} bytes of UTF-8
 */
public record Disconnect(int code, String reason) {
    /** What a close frame has room for beside the code (RFC 6455, 5.5). */
    public static final int MAX_REASON_BYTES = 123;

    public static final Disconnect CONNECTION_CLOSED = new Disconnect(3000, "connection closed");
    public static final Disconnect SHUTDOWN = new Disconnect(3001, "shutdown");
    public static final Disconnect INTERNAL = new Disconnect(3004, "internal server error");
    public static final Disconnect EXPIRED = new Disconnect(3005, "connection expired");
    public static final Disconnect SUBSCRIPTION_EXPIRED =
            new Disconnect(3006, "subscription expired");
    public static final Disconnect SLOW = new Disconnect(3008, "slow");
    public static final Disconnect WRITE_ERROR = new Disconnect(3009, "write error");
    public static final Disconnect INSUFFICIENT_STATE = new Disconnect(3010, "insufficient state");
    public static final Disconnect FORCE_RECONNECT = new Disconnect(3011, "force reconnect");
    public static final Disconnect NO_PONG = new Disconnect(3012, "no pong");
    public static final Disconnect TOO_MANY_REQUESTS = new Disconnect(3013, "too many requests");

    /** The client drops its tokens and the state of all subscriptions. */
    public static final Disconnect STATE_INVALIDATED = new Disconnect(3014, "state invalidated");

    /** The client belongs to another node: it reconnects, best after asking {@code /route}. */
    public static final Disconnect WRONG_NODE = new Disconnect(3100, "wrong node");

    public static final Disconnect INVALID_TOKEN = new Disconnect(3500, "invalid token");
    public static final Disconnect BAD_REQUEST = new Disconnect(3501, "bad request");

    /** No connect command in time. */
    public static final Disconnect STALE = new Disconnect(3502, "stale");

    public static final Disconnect FORCE_DISCONNECT = new Disconnect(3503, "force disconnect");
    public static final Disconnect CONNECTION_LIMIT = new Disconnect(3504, "connection limit");
    public static final Disconnect CHANNEL_LIMIT = new Disconnect(3505, "channel limit");

    /** Binary data would have to go to a client that reads JSON. */
    public static final Disconnect INAPPROPRIATE_PROTOCOL =
            new Disconnect(3506, "inappropriate protocol");

    public static final Disconnect PERMISSION_DENIED = new Disconnect(3507, "permission denied");
    public static final Disconnect NOT_AVAILABLE = new Disconnect(3508, "not available");
    public static final Disconnect TOO_MANY_ERRORS = new Disconnect(3509, "too many errors");

    public Disconnect {
        if (code < 3000 || code > 4999) {
            throw new IllegalArgumentException("disconnect code out of 3000..4999: " + code);
        }
        if (reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
            throw new IllegalArgumentException("reason longer than a close frame: " + reason);
        }
    }

    /**
     * What a unidirectional connection, which has no replies, is closed with when its connect is
     * answered with {@code error}.
     */
    public static Disconnect ofConnectError(ErrorCode error) {
        return switch (error.code()) {
            case 103 -> PERMISSION_DENIED;
            case 109, 110 -> EXPIRED;
            case 111 -> TOO_MANY_REQUESTS;
            default -> INTERNAL;
        };
    }

    /** Whether clients come back by themselves. */
    public boolean reconnect() {
        return code < 3500 || (code >= 4000 && code < 4500);
    }
}
