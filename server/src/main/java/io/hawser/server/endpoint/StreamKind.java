package io.hawser.server.endpoint;

/** The transports that answer a request with a stream. Thread-safe. */
enum StreamKind {
    HTTP_STREAM("/connection/http_stream", Packing.STREAM, false),
    SSE("/connection/sse", Packing.EVENTS, false),
    UNI_HTTP_STREAM("/connection/uni_http_stream", Packing.STREAM, true),
    UNI_SSE("/connection/uni_sse", Packing.EVENTS, true);

    private final String path;
    private final Packing packing;
    private final boolean unidirectional;

    StreamKind(String path, Packing packing, boolean unidirectional) {
        this.path = path;
        this.packing = packing;
        this.unidirectional = unidirectional;
    }

    String path() {
        return path;
    }

    Packing packing() {
        return packing;
    }

    boolean unidirectional() {
        return unidirectional;
    }

    /** Whether the first message may come in the URL, as it must where a browser sends a GET. */
    boolean byGet() {
        return this != HTTP_STREAM;
    }

    /** Whether messages may be Protobuf: they have to tell their own length, and hold any byte. */
    boolean binary() {
        return this == HTTP_STREAM;
    }

    /** The media type of the response. */
    String contentType(boolean text) {
        return switch (packing) {
            case EVENTS -> "text/event-stream";
            case STREAM, FRAMES ->
                    text ? "application/json; charset=utf-8" : "application/octet-stream";
        };
    }
}
