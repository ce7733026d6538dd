package io.hawser.grid.heartbeat;

/** A datagram that is no heartbeat of this cluster. */
public final class BadHeartbeatException extends Exception {
    private static final long serialVersionUID = 1L;

    BadHeartbeatException(String message) {
        super(message);
    }

    BadHeartbeatException(String message, Throwable cause) {
        super(message, cause);
    }
}
