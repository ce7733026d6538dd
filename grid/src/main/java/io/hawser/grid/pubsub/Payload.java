package io.hawser.grid.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Opaque application bytes, handed on exactly as they came in. Immutable by agreement: nobody
 * writes into {@link #bytes()} once a payload is made. Thread-safe.
 */
public final class Payload {
    /** No bytes at all; also stands for "absent" on the wire. */
    public static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Wraps {@code bytes} without copying; the caller gives them away. */
    public static Payload of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes);
    }

    /** The UTF-8 bytes of {@code text}. */
    public static Payload of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes themselves, not a copy; read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** Length in bytes. */
    public int size() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The bytes read as UTF-8, for people. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
