package io.hawser.grid.bus;

/** Bytes from the bus or a stream that this version cannot read. Counted and skipped. */
final class BusFrameException extends RuntimeException {
    BusFrameException(String message) {
        super(message);
    }
}
