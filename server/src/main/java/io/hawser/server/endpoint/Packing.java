package io.hawser.server.endpoint;

/** How messages become bytes of a transport. */
enum Packing {
    /** WebSocket frames, several messages in one where the codec allows it. */
    FRAMES,
    /** Server-sent events, one a message (WHATWG HTML, 9.2). */
    EVENTS,
    /** One behind the other: lines, or messages that tell their own length. */
    STREAM
}
