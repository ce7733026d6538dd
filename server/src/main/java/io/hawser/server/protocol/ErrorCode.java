package io.hawser.server.protocol;

/**
 * Why a command was not carried out. The constants are all that Hawser itself answers; codes 400 to
 * 1999 belong to applications. Immutable, thread-safe.
 *
 * @param code 100 to 1999
 * @param message for people
 * @param temporary whether the same command may succeed later
 */
public record ErrorCode(int code, String message, boolean temporary) {
    public static final ErrorCode INTERNAL = new ErrorCode(100, "internal server error", true);

    /** The channel remembers as many idempotency keys as it may; the oldest is soon forgotten. */
    public static final ErrorCode TOO_MANY_KEYS =
            new ErrorCode(100, "too many idempotency keys in the channel", true);

    public static final ErrorCode UNAUTHORIZED = new ErrorCode(101, "unauthorized", false);

    /** The channel's namespace is not configured. */
    public static final ErrorCode UNKNOWN_CHANNEL = new ErrorCode(102, "unknown channel", false);

    public static final ErrorCode PERMISSION_DENIED =
            new ErrorCode(103, "permission denied", false);
    public static final ErrorCode METHOD_NOT_FOUND = new ErrorCode(104, "method not found", false);
    public static final ErrorCode ALREADY_SUBSCRIBED =
            new ErrorCode(105, "already subscribed", false);
    public static final ErrorCode LIMIT_EXCEEDED = new ErrorCode(106, "limit exceeded", false);

    /** The user has positions in as many channels as it may. */
    public static final ErrorCode TOO_MANY_POSITIONS =
            new ErrorCode(106, "the user has positions in too many channels", false);

    public static final ErrorCode BAD_REQUEST = new ErrorCode(107, "bad request", false);

    /** The feature is switched off or not offered. */
    public static final ErrorCode NOT_AVAILABLE = new ErrorCode(108, "not available", false);

    /** Acknowledged delivery is for users who have a name. */
    public static final ErrorCode NEEDS_USER =
            new ErrorCode(
                    108, "not available: acknowledged delivery needs a user in the token", false);

    /** The client fetches a new token and tries again. */
    public static final ErrorCode TOKEN_EXPIRED = new ErrorCode(109, "token expired", false);

    public static final ErrorCode EXPIRED = new ErrorCode(110, "expired", false);
    public static final ErrorCode TOO_MANY_REQUESTS = new ErrorCode(111, "too many requests", true);
    public static final ErrorCode UNRECOVERABLE_POSITION =
            new ErrorCode(112, "unrecoverable position", false);
    public static final ErrorCode CONCURRENT_PAGINATION =
            new ErrorCode(113, "concurrent pagination", true);

    public ErrorCode {
        if (code < 100 || code > 1999) {
            throw new IllegalArgumentException("error code out of 100..1999: " + code);
        }
    }
}
