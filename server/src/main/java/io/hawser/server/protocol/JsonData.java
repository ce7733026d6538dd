package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * The verdict on application data that JSON clients may come to read. Such data is written into
 * their frames as it is, so it must be exactly one JSON value in valid UTF-8, without the line
 * breaks that separate messages. Immutable, thread-safe.
 */
public sealed interface JsonData {
    /** Deeper nesting is refused, for the sake of subscribers whose parsers recurse. */
    int MAX_DEPTH = 1000;

    /**
     * May be written into JSON frames.
     *
     * @param payload as it came, or without the line breaks between its tokens
     */
    record Valid(Payload payload) implements JsonData {}

    /**
     * Must not go to anybody.
     *
     * @param problem for people; does not quote the data
     */
    record Invalid(String problem) implements JsonData {}

    /** Judges {@code data}; time and memory grow with its length only, whatever is in it. */
    static JsonData check(Payload data) {
        byte[] bytes = data.bytes();
        if (bytes.length == 0) {
            return new Invalid("no data");
        }
        try (JsonParser parser = JsonInput.open(bytes)) {
            return readOneValue(parser) ? new Valid(withoutLineBreaks(data)) : notOneValue();
        } catch (BadFrameException e) {
            return new Invalid(e.getMessage());
        } catch (JacksonException e) {
            // Its message may quote the data.
            return new Invalid("not JSON");
        }
    }

    /** As it goes out, if it was found valid when it was read. */
    static Payload known(Payload data) {
        return withoutLineBreaks(data);
    }

    private static JsonData notOneValue() {
        return new Invalid("not exactly one JSON value of at most " + MAX_DEPTH + " levels");
    }

    private static boolean readOneValue(JsonParser parser) {
        int depth = 0;
        do {
            switch (parser.nextToken()) {
                case null -> {
                    return false;
                }
                case START_ARRAY, START_OBJECT -> depth++;
                case END_ARRAY, END_OBJECT -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                return false;
            }
        } while (depth > 0);
        return parser.nextToken() == null;
    }

    /** Inside a JSON string a raw line break is not valid, so all that are there stand between. */
    private static Payload withoutLineBreaks(Payload data) {
        byte[] bytes = data.bytes();
        int kept = 0;
        for (byte b : bytes) {
            kept += isLineBreak(b) ? 0 : 1;
        }
        if (kept == bytes.length) {
            return data;
        }
        byte[] copy = new byte[kept];
        int at = 0;
        for (byte b : bytes) {
            if (!isLineBreak(b)) {
                copy[at++] = b;
            }
        }
        return Payload.of(copy);
    }

    private static boolean isLineBreak(byte b) {
        return b == '\n' || b == '\r';
    }
}
