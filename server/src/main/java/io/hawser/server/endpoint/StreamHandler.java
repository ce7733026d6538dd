package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Emulation;
import io.hawser.server.session.SessionContext;
import io.hawser.server.session.Visit;
import io.hawser.server.websocket.Admission;
import io.hawser.server.websocket.Refusal;
import io.hawser.server.websocket.SocketCloser;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Turns requests for one path into connections whose messages stream in the response. Everything of
 * a connection happens on its I/O thread. Thread-safe.
 */
final class StreamHandler implements HttpHandler {
    private static final String CONNECT = "cf_connect";

    private static final HttpString ACCEL_BUFFERING = new HttpString("X-Accel-Buffering");
    private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
    private static final String NO_CACHE =
            "private, no-cache, no-store, must-revalidate, max-age=0";

    private final StreamKind kind;
    private final Parts parts;
    private final HttpString[] methods;

    /**
     * What all paths share.
     *
     * @param admission spreads connections that come at once
     * @param node id of this node, which emulated clients are told
     */
    record Parts(
            SessionContext context,
            FanOut fanOut,
            ClientAddresses addresses,
            Visits visits,
            HandshakeGate gate,
            Origins origins,
            Admission admission,
            SocketCloser closer,
            EmulatedConnections emulated,
            String node) {}

    StreamHandler(StreamKind kind, Parts parts) {
        this.kind = kind;
        this.parts = parts;
        this.methods =
                kind.byGet()
                        ? new HttpString[] {Methods.GET, Methods.POST}
                        : new HttpString[] {Methods.POST};
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (parts.origins.answers(exchange, methods)) {
            return;
        }
        HttpString method = exchange.getRequestMethod();
        Refusal refusal = refusal(exchange);
        if (refusal != null) {
            Refusals.send(exchange, refusal);
        } else if (method.equals(Methods.POST)) {
            post(exchange);
        } else if (method.equals(Methods.GET) && kind.byGet()) {
            byte[] first = parameter(exchange, CONNECT).getBytes(StandardCharsets.UTF_8);
            Bodies.outside(exchange, () -> admit(exchange, Encoding.JSON, first));
        } else {
            Refusals.methodNotAllowed(exchange, methods);
        }
    }

    private @Nullable Refusal refusal(HttpServerExchange exchange) {
        return parts.gate.refusal(
                exchange.getRequestHeaders().getFirst(Headers.ORIGIN),
                exchange.getRequestHeaders().getFirst(Headers.HOST));
    }

    private void post(HttpServerExchange exchange) {
        boolean binary = Bodies.isBinary(exchange);
        if (binary && !kind.binary()) {
            Refusals.send(
                    exchange, StatusCodes.UNSUPPORTED_MEDIA_TYPE, "this transport speaks JSON");
            return;
        }
        Encoding encoding = binary ? Encoding.PROTOBUF : Encoding.JSON;
        Bodies.read(
                exchange,
                parts.context.client().messageMaxSize().intBytes(),
                body -> admit(exchange, encoding, body));
    }

    /** Now, some time later, or not at all. */
    private void admit(HttpServerExchange exchange, Encoding encoding, byte[] first) {
        if (first.length == 0) {
            Refusals.send(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "no connect command: it goes into the body"
                            + (kind.byGet() ? " or into " + CONNECT : ""));
            return;
        }
        long waitNanos = parts.admission.reserve();
        if (waitNanos == Admission.REFUSED) {
            Refusals.send(exchange, Refusal.unavailable("too many clients come at once"));
        } else if (waitNanos == 0) {
            open(exchange, encoding, first);
        } else {
            exchange.getIoThread()
                    .executeAfter(
                            () -> open(exchange, encoding, first), waitNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Its turn has come; much may have happened while its body came and while it waited. */
    private void open(HttpServerExchange exchange, Encoding encoding, byte[] first) {
        if (!exchange.getConnection().isOpen()) {
            return;
        }
        Refusal refusal = refusal(exchange);
        if (refusal != null) {
            Refusals.send(exchange, refusal);
            return;
        }
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, kind.contentType(encoding.text()))
                .put(Headers.CACHE_CONTROL, NO_CACHE)
                .put(CONTENT_TYPE_OPTIONS, "nosniff")
                .put(ACCEL_BUFFERING, "no");
        Visit visit = parts.visits.of(exchange);
        Emulation emulation =
                kind.unidirectional()
                        ? Emulation.NONE
                        : new Emulation(parts.emulated.newSecret(), parts.node);
        var wire =
                new StreamWire(
                        exchange,
                        parts.closer,
                        emulation,
                        () -> parts.emulated.remove(emulation.session()));
        var codec = Codec.of(encoding);
        var connection =
                new ClientConnection(
                        UUID.randomUUID().toString(),
                        parts.addresses.of(exchange),
                        WireForm.of(codec, kind.unidirectional(), kind.packing()),
                        wire,
                        parts.fanOut.loop(exchange.getIoThread()),
                        false);
        connection.open(
                new ClientSession(
                        parts.context, connection, codec, parameter(exchange, "token"), visit));
        if (!kind.unidirectional()) {
            parts.emulated.add(emulation.session(), connection);
        }
        wire.own(connection);
        connection.received(first);
    }

    private static String parameter(HttpServerExchange exchange, String name) {
        Deque<String> values = exchange.getQueryParameters().get(name);
        return values == null ? "" : values.getFirst();
    }
}
