package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Reads messages whose fields go by name, as in JSON: objects field by field, and their values by
 * protocol type. A method that reads a value leaves the reader at its end; the fields of an object
 * must be read to their end. Exceptions of a parser (IOException and unchecked ones) pass through
 * and mean bad input. For one thread.
 */
interface NamedFieldReader {
    /** Checks that the value that follows is an object, whose fields can then be read. */
    void startObject() throws IOException, BadFrameException;

    /** Moves to the value of the next field that is not null; null at the end of the object. */
    @Nullable String nextField() throws IOException, BadFrameException;

    /** Like {@link #nextField} for maps, whose keys are data. */
    @Nullable String nextKey() throws IOException, BadFrameException;

    /** Checks that the value is an array, whose elements can then be read. */
    void startArray() throws IOException, BadFrameException;

    /** Moves to the next element; false at the end of the array. */
    boolean nextElement() throws IOException, BadFrameException;

    /** Passes over the value, whatever it is. */
    void skip() throws IOException, BadFrameException;

    /** A string of Unicode characters. */
    String text() throws IOException, BadFrameException;

    boolean bool() throws IOException, BadFrameException;

    /** Data of the application, as it came. */
    Payload payload() throws IOException, BadFrameException;

    /** Whether the last {@link #payload} was read as JSON that {@link JsonData} finds valid. */
    default boolean wasJson() {
        return false;
    }

    long int64() throws IOException, BadFrameException;

    /** A uint64; above the range of long it is read as {@link Long#MAX_VALUE}. */
    long uint64() throws IOException, BadFrameException;

    default int int32() throws IOException, BadFrameException {
        long value = int64();
        if (value != (int) value) {
            throw new BadFrameException("not an int32");
        }
        return (int) value;
    }

    /** A uint32, held in an int. */
    default int uint32() throws IOException, BadFrameException {
        long value = int64();
        if (value != Integer.toUnsignedLong((int) value)) {
            throw new BadFrameException("not a uint32");
        }
        return (int) value;
    }

    /** An object whose fields, if any, do not matter. */
    default void emptyObject() throws IOException, BadFrameException {
        startObject();
        while (nextField() != null) {
            skip();
        }
    }
}
