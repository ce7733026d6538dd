package io.hawser.server.protocol;

import tools.jackson.core.SerializableString;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * JSON that a generator copies as it is: the only way to hand it bytes that are no string of ours.
 * The generator for UTF-8 calls nothing but {@link #appendUnquotedUTF8} and, if its buffer is too
 * small, {@link #asUnquotedUTF8}. Thread-safe.
 */
final class RawJson implements SerializableString {
    private final byte[] bytes;

    RawJson(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int appendUnquotedUTF8(byte[] buffer, int offset) {
        if (bytes.length > buffer.length - offset) {
            return -1;
        }
        System.arraycopy(bytes, 0, buffer, offset, bytes.length);
        return bytes.length;
    }

    @Override
    public byte[] asUnquotedUTF8() {
        return bytes;
    }

    @Override
    public int writeUnquotedUTF8(OutputStream out) throws IOException {
        out.write(bytes);
        return bytes.length;
    }

    @Override
    public int putUnquotedUTF8(ByteBuffer buffer) {
        if (bytes.length > buffer.remaining()) {
            return -1;
        }
        buffer.put(bytes);
        return bytes.length;
    }

    @Override
    public String getValue() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int charLength() {
        return getValue().length();
    }

    @Override
    public int appendUnquoted(char[] buffer, int offset) {
        String value = getValue();
        if (value.length() > buffer.length - offset) {
            return -1;
        }
        value.getChars(0, value.length(), buffer, offset);
        return value.length();
    }

    @Override
    public char[] asQuotedChars() {
        throw neverQuoted();
    }

    @Override
    public byte[] asQuotedUTF8() {
        throw neverQuoted();
    }

    @Override
    public int appendQuotedUTF8(byte[] buffer, int offset) {
        throw neverQuoted();
    }

    @Override
    public int appendQuoted(char[] buffer, int offset) {
        throw neverQuoted();
    }

    @Override
    public int writeQuotedUTF8(OutputStream out) {
        throw neverQuoted();
    }

    @Override
    public int putQuotedUTF8(ByteBuffer buffer) {
        throw neverQuoted();
    }

    private static IllegalStateException neverQuoted() {
        return new IllegalStateException("raw JSON is a value, not the inside of a string");
    }
}
