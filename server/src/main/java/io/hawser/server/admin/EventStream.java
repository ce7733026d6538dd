package io.hawser.server.admin;

import io.hawser.server.http.Json;
import io.hawser.server.http.JsonResponse;
import io.hawser.server.http.ResponseLines;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * A response of Server-Sent Events to one reader, written on a virtual thread of its own for as
 * long as the reader stays. Source: HTML standard, 9.2. For one thread.
 */
final class EventStream {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final HttpString ACCEL_BUFFERING = new HttpString("X-Accel-Buffering");

    private final ResponseLines lines;

    private EventStream(ResponseLines lines) {
        this.lines = lines;
    }

    /** What is written; it may block. */
    @FunctionalInterface
    interface Body {
        void write(EventStream out) throws IOException, InterruptedException;
    }

    /**
     * Begins the response and returns at once.
     *
     * @param place a permit of it is held, and released when the reader has gone
     */
    static void serve(HttpServerExchange exchange, Semaphore place, Body body) {
        exchange.dispatch(Thread::startVirtualThread, each -> stream(each, place, body));
    }

    private static void stream(HttpServerExchange exchange, Semaphore place, Body body)
            throws InterruptedException {
        exchange.setPersistent(false);
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, "text/event-stream")
                .put(Headers.CACHE_CONTROL, "no-store")
                .put(JsonResponse.CONTENT_TYPE_OPTIONS, "nosniff")
                .put(ACCEL_BUFFERING, "no");
        try {
            body.write(new EventStream(new ResponseLines(exchange.getResponseChannel())));
        } catch (IOException e) {
            log.debug("the reader of {} has gone", exchange.getRequestPath(), e);
            exchange.endExchange();
        } finally {
            place.release();
        }
    }

    /** For people and against silence; readers pass over it. */
    void comment(String text) throws IOException {
        lines.add(bytes(":" + (text.isEmpty() ? "" : " " + text) + "\n"));
    }

    /** An event whose data is encoded as JSON. */
    void event(String type, Object data) throws IOException {
        put(type, new String(Json.encode(data), StandardCharsets.UTF_8));
    }

    /** An event that a reader can go on after, by its id. */
    void event(String id, String type, String json) throws IOException {
        lines.add(bytes("id: " + id));
        put(type, json);
    }

    private void put(String type, String json) throws IOException {
        lines.add(bytes("event: " + type + "\ndata: " + json + "\n"));
    }

    /** To be called when nothing follows at once. */
    void flush() throws IOException {
        lines.flush();
    }

    /** Nothing follows. */
    void close() throws IOException {
        lines.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
