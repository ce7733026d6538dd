package io.hawser.cli.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A payload: a JSON object with a marker, filled up to the size asked for. Stateless. */
public final class Payload {
    static final int MARKER_AT = 6;

    private static final byte[] BEGIN = "{\"m\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);

    /** The smallest payload, in bytes. */
    public static final int MIN_SIZE = BEGIN.length + Marker.LENGTH + END.length;

    private Payload() {}

    static byte[] of(int size, int run, int publisher, int channel) {
        byte[] bytes = new byte[Math.max(size, MIN_SIZE)];
        Arrays.fill(bytes, (byte) 'x');
        System.arraycopy(BEGIN, 0, bytes, 0, BEGIN.length);
        Marker.write(bytes, MARKER_AT, run, publisher, channel);
        System.arraycopy(END, 0, bytes, bytes.length - END.length, END.length);
        return bytes;
    }
}
