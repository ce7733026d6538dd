package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.util.Arrays;

/**
 * Reads JSON objects field by field. Parser exceptions (JacksonException) pass through. For one
 * thread.
 */
final class JsonFieldReader implements NamedFieldReader {
    /** Digits of the largest uint64, and of the smallest int64 with its sign. */
    private static final int MAX_INTEGER_CHARS = 20;

    private final byte[] source;
    private final JsonParser parser;
    private boolean wasShallow;

    JsonFieldReader(byte[] source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    /** Moves to the next top-level value, which must be an object; false if there is none. */
    boolean nextRoot() throws BadFrameException {
        JsonToken token = parser.nextToken();
        if (token != null) {
            require(token == JsonToken.START_OBJECT, "a command that is not an object");
        }
        return token != null;
    }

    @Override
    public void startObject() throws BadFrameException {
        require(parser.currentToken() == JsonToken.START_OBJECT, "not an object");
    }

    @Override
    public @Nullable String nextField() {
        String name = parser.nextName();
        while (name != null && parser.nextToken() == JsonToken.VALUE_NULL) {
            name = parser.nextName();
        }
        return name;
    }

    @Override
    public @Nullable String nextKey() throws BadFrameException {
        String key = nextField();
        return key == null ? null : requireWellFormed(key);
    }

    @Override
    public void startArray() throws BadFrameException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "not an array");
    }

    @Override
    public boolean nextElement() {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    @Override
    public void skip() {
        parser.skipChildren();
    }

    @Override
    public String text() throws BadFrameException {
        require(parser.currentToken() == JsonToken.VALUE_STRING, "not a string");
        return requireWellFormed(parser.getString());
    }

    @Override
    public boolean bool() throws BadFrameException {
        JsonToken token = parser.currentToken();
        require(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE, "not a boolean");
        return token == JsonToken.VALUE_TRUE;
    }

    /** The value as it stands in the source, whatever it is. */
    @Override
    public Payload payload() {
        int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        wasShallow = skipValue() <= JsonData.MAX_DEPTH;
        // Strings are read lazily: without this the parser still stands behind the first quote.
        parser.finishToken();
        int end = Math.toIntExact(parser.currentLocation().getByteOffset());
        return Payload.of(Arrays.copyOfRange(source, start, end));
    }

    @Override
    public boolean wasJson() {
        return wasShallow;
    }

    /** Gives how deep it is: 0 without arrays and objects. */
    private int skipValue() {
        int depth = 0;
        int deepest = 0;
        for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
            if (token.isStructStart()) {
                depth++;
                deepest = Math.max(deepest, depth);
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (depth == 0) {
                break;
            }
        }
        return deepest;
    }

    @Override
    public long int64() throws BadFrameException {
        try {
            return Long.parseLong(integer());
        } catch (NumberFormatException e) {
            throw new BadFrameException("not an int64");
        }
    }

    @Override
    public long uint64() throws BadFrameException {
        String digits = integer();
        try {
            long value = Long.parseUnsignedLong(digits);
            return value < 0 ? Long.MAX_VALUE : value;
        } catch (NumberFormatException e) {
            throw new BadFrameException("not a uint64");
        }
    }

    /** An integer as a number, or as a string of one: proto3 JSON has both. */
    private String integer() throws BadFrameException {
        JsonToken token = parser.currentToken();
        require(
                token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING,
                "not an integer");
        require(parser.getStringLength() <= MAX_INTEGER_CHARS, "an integer out of range");
        String text = parser.getString();
        require(isInteger(text), "not an integer");
        return text;
    }

    private static boolean isInteger(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return text.length() > start;
    }

    /** Half of a surrogate pair has no UTF-8, so it could never be written again. */
    private static String requireWellFormed(String text) throws BadFrameException {
        require(WellFormed.test(text), "a string that is not Unicode");
        return text;
    }

    private static void require(boolean condition, String problem) throws BadFrameException {
        if (!condition) {
            throw new BadFrameException(problem);
        }
    }
}
