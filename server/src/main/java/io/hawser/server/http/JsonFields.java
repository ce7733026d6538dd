package io.hawser.server.http;

import com.google.protobuf.UnsafeByteOperations;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.protocol.JsonData;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a JSON object, each still the bytes that it was written with, so that application
 * data is handed on as it came. Values that are null count as absent; of a field that is there
 * twice the last one counts. Immutable, thread-safe.
 */
public final class JsonFields {
    /** An object without fields. */
    public static final JsonFields NONE = new JsonFields(new byte[0], Map.of());

    /** The deepest data that {@link JsonData} lets pass still fits into a batch. */
    private static final int MAX_DEPTH = JsonData.MAX_DEPTH + 16;

    /** The length of a body is limited, so nothing in it needs a limit of its own. */
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final int MAX_INTEGER_CHARS = 20;

    private final byte[] source;
    private final Map<String, Value> values;

    private JsonFields(byte[] source, Map<String, Value> values) {
        this.source = source;
        this.values = values;
    }

    /** Where a value stands in the source, the end being exclusive. */
    private record Value(JsonToken first, int start, int end) {}

    /**
     * Reads a whole body.
     *
     * @throws InvalidFieldException if it is not one JSON object in UTF-8
     */
    public static JsonFields parse(byte[] body) throws InvalidFieldException {
        if (!isPlainUtf8(body)) {
            throw new InvalidFieldException("the body is not JSON in UTF-8");
        }
        try (JsonParser parser = open(body, 0, body.length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidFieldException("the body is not a JSON object");
            }
            JsonFields fields = read(body, parser, 0);
            if (parser.nextToken() != null) {
                throw new InvalidFieldException("something follows the JSON object");
            }
            return fields;
        } catch (JacksonException e) {
            throw new InvalidFieldException("the body is not JSON");
        }
    }

    /** The parser would take UTF-16 and UTF-32, by their zero bytes, and a byte order mark. */
    private static boolean isPlainUtf8(byte[] body) {
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] <= 0) {
                return false;
            }
        }
        return body.length > 0 && UnsafeByteOperations.unsafeWrap(body).isValidUtf8();
    }

    private static JsonParser open(byte[] source, int start, int end) {
        return FACTORY.createParser(ObjectReadContext.empty(), source, start, end - start);
    }

    /** The parser counts from where it was opened, {@code base}. */
    private static JsonFields read(byte[] source, JsonParser parser, int base) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Value value = value(parser, base);
            if (value.first != JsonToken.VALUE_NULL) {
                values.put(name, value);
            } else {
                values.remove(name);
            }
        }
        return new JsonFields(source, values);
    }

    private static Value value(JsonParser parser, int base) {
        JsonToken first = parser.currentToken();
        int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        parser.finishToken(); // strings are read lazily
        int end = Math.toIntExact(parser.currentLocation().getByteOffset());
        return new Value(first, base + start, base + end);
    }

    public Iterable<String> names() {
        return values.keySet();
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value as it stands in the source, whatever it is; empty if absent. */
    public Payload raw(String name) {
        Value value = values.get(name);
        return value == null
                ? Payload.EMPTY
                : Payload.of(Arrays.copyOfRange(source, value.start, value.end));
    }

    /** A string; empty if absent. */
    public String text(String name) throws InvalidFieldException {
        Value value = values.get(name);
        return value == null ? "" : text(name, value);
    }

    /** A string that has to be there. */
    public String requiredText(String name) throws InvalidFieldException {
        require(has(name), name + " is missing");
        return text(name);
    }

    private String text(String name, Value value) throws InvalidFieldException {
        require(value.first == JsonToken.VALUE_STRING, name + " is not a string");
        String text = scalar(value);
        // Half of a surrogate pair has no UTF-8, so it could never be written again.
        require(
                StandardCharsets.UTF_8.newEncoder().canEncode(text),
                name + " is not valid Unicode");
        return text;
    }

    private String scalar(Value value) {
        try (JsonParser parser = open(source, value.start, value.end)) {
            parser.nextToken();
            return parser.getString();
        }
    }

    /** Bytes that are written as a string of Base64; empty if absent. */
    public Payload base64(String name) throws InvalidFieldException {
        try {
            return Payload.of(Base64.getDecoder().decode(text(name)));
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException(name + " is not Base64");
        }
    }

    /** A boolean; false if absent. */
    public boolean flag(String name) throws InvalidFieldException {
        Value value = values.get(name);
        if (value == null) {
            return false;
        }
        boolean yes = value.first == JsonToken.VALUE_TRUE;
        require(yes || value.first == JsonToken.VALUE_FALSE, name + " is not true or false");
        return yes;
    }

    /** An integer, also written as a string as proto3 does; 0 if absent. */
    public long integer(String name, long min, long max) throws InvalidFieldException {
        Value value = values.get(name);
        if (value == null) {
            return 0;
        }
        require(
                value.first == JsonToken.VALUE_NUMBER_INT || value.first == JsonToken.VALUE_STRING,
                name + " is not an integer");
        require(value.end - value.start <= MAX_INTEGER_CHARS + 2, name + " is out of range");
        try {
            long number = Long.parseLong(scalar(value));
            require(number >= min && number <= max, name + " is out of range");
            return number;
        } catch (NumberFormatException e) {
            throw new InvalidFieldException(name + " is not an integer of 64 bits");
        }
    }

    /** An object's fields; null if absent. */
    public @Nullable JsonFields object(String name) throws InvalidFieldException {
        Value value = values.get(name);
        return value == null ? null : object(name, value);
    }

    private JsonFields object(String name, Value value) throws InvalidFieldException {
        require(value.first == JsonToken.START_OBJECT, name + " is not an object");
        try (JsonParser parser = open(source, value.start, value.end)) {
            parser.nextToken();
            return read(source, parser, value.start);
        }
    }

    /** A list of strings; empty if absent. */
    public List<String> texts(String name) throws InvalidFieldException {
        List<String> texts = new ArrayList<>();
        for (Value element : elements(name)) {
            texts.add(text(name, element));
        }
        return texts;
    }

    /** A list of objects; empty if absent. */
    public List<JsonFields> objects(String name) throws InvalidFieldException {
        List<JsonFields> objects = new ArrayList<>();
        for (Value element : elements(name)) {
            objects.add(object(name, element));
        }
        return objects;
    }

    private List<Value> elements(String name) throws InvalidFieldException {
        Value value = values.get(name);
        if (value == null) {
            return List.of();
        }
        require(value.first == JsonToken.START_ARRAY, name + " is not a list");
        List<Value> elements = new ArrayList<>();
        try (JsonParser parser = open(source, value.start, value.end)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser, value.start));
            }
        }
        return elements;
    }

    private static void require(boolean condition, String problem) throws InvalidFieldException {
        if (!condition) {
            throw new InvalidFieldException(problem);
        }
    }
}
