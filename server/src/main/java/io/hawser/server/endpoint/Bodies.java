package io.hawser.server.endpoint;

import io.undertow.io.Receiver;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.function.Consumer;

/** Reads requests of bounded size on their I/O thread, without blocking it. Stateless. */
final class Bodies {
    private static final Logger log = LoggerFactory.getLogger(Bodies.class);

    private Bodies() {}

    /**
     * Hands over the whole body, on the exchange's I/O thread and outside of its handler's call; a
     * body that is larger is answered with 413.
     */
    static void read(HttpServerExchange exchange, int maxBytes, Consumer<byte[]> then) {
        if (exchange.getRequestContentLength() > maxBytes) {
            tooLarge(exchange, maxBytes);
            return;
        }
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(maxBytes);
        receiver.receiveFullBytes(
                (each, body) -> outside(each, () -> then.accept(body)),
                (each, failure) -> failed(each, failure, maxBytes));
    }

    /** Runs it when the handler's call is over; the exchange stays open then. */
    static void outside(HttpServerExchange exchange, Runnable action) {
        exchange.dispatch(SameThreadExecutor.INSTANCE, action);
    }

    private static void failed(HttpServerExchange exchange, IOException failure, int maxBytes) {
        if (failure instanceof Receiver.RequestToLargeException) {
            tooLarge(exchange, maxBytes);
        } else {
            log.debug("reading a body failed", failure);
            exchange.setPersistent(false);
            Refusals.send(exchange, StatusCodes.BAD_REQUEST, "the body has not come whole");
        }
    }

    private static void tooLarge(HttpServerExchange exchange, int maxBytes) {
        exchange.setPersistent(false);
        Refusals.send(
                exchange,
                StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                "larger than " + maxBytes + " bytes: see client.message_max_size");
    }

    /** Whether the body is Protobuf, by its content type. */
    static boolean isBinary(HttpServerExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        return type != null
                && type.split(";", 2)[0].strip().equalsIgnoreCase("application/octet-stream");
    }
}
