package io.hawser.cli.bench;

/**
 * The frame of one flow's publishes, in which only the id, the sequence and the time change. For
 * one thread.
 */
final class PublishFrame {
    private final Wire wire;
    private final byte[] bytes;
    private final int commandAt;
    private final int markerAt;
    private int sequence;

    PublishFrame(Wire wire, String channel, byte[] payload) {
        this.wire = wire;
        byte[] command = wire.publish(channel, payload);
        bytes = ClientFrame.of(wire.text() ? ClientFrame.TEXT : ClientFrame.BINARY, command);
        commandAt = bytes.length - command.length;
        markerAt = ByteScan.indexOf(bytes, 0, bytes.length, payload) + Payload.MARKER_AT;
    }

    /** The next publish; valid until the next call. */
    byte[] next(int id, long timeNs) {
        wire.putPublishId(bytes, commandAt, id);
        Marker.patch(bytes, markerAt, sequence++, timeNs);
        return bytes;
    }

    /** How many there were. */
    int published() {
        return sequence;
    }
}
