package io.hawser.server.protocol;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Opens bytes of a client as JSON. The length of what comes in is limited by the transport, so no
 * single token is limited here; nesting is, for readers that recurse. Thread-safe.
 */
final class JsonInput {
    /** The deepest data that {@link JsonData} lets pass still fits into any command. */
    private static final int MAX_FRAME_DEPTH = JsonData.MAX_DEPTH + 24;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_FRAME_DEPTH)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private JsonInput() {}

    /**
     * A parser before the first token; the caller closes it.
     *
     * @throws BadFrameException if {@code bytes} are not UTF-8, or begin with a byte order mark
     */
    static JsonParser open(byte[] bytes) throws BadFrameException {
        if (!beginsAsUtf8(bytes) || !WellFormed.isUtf8(bytes)) {
            throw new BadFrameException("not UTF-8");
        }
        return FACTORY.createParser(ObjectReadContext.empty(), bytes);
    }

    /** The parser would take a byte order mark, and UTF-16 and UTF-32 by their zero bytes. */
    private static boolean beginsAsUtf8(byte[] bytes) {
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        return bytes.length == 0 || bytes[0] >= 0;
    }
}
