package io.hawser.server.websocket;

/** The peer broke RFC 6455, or a limit: the connection has to be closed with the code. */
final class FrameException extends Exception {
    private static final long serialVersionUID = 1;

    static final int PROTOCOL_ERROR = 1002;
    static final int INVALID_DATA = 1007;
    static final int TOO_BIG = 1009;

    private final int code;

    FrameException(int code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    /** The close code (RFC 6455, 7.4.1). */
    int code() {
        return code;
    }

    /** The close reason: why, in ASCII, below 123 bytes. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
