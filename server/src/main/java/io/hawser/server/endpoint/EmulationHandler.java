package io.hawser.server.endpoint;

import io.hawser.server.protocol.BadFrameException;
import io.hawser.server.protocol.EmulationRequest;
import io.hawser.server.websocket.Refusal;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

import java.util.concurrent.CompletionStage;

/**
 * {@code POST /emulation}: commands of a client that hears by a stream, which may be another
 * node's. Answers when the connection has them; runs on I/O threads. Thread-safe.
 */
final class EmulationHandler implements HttpHandler {
    /** What JSON puts around the commands, and in front of each quote in them. */
    private static final int OVERHEAD_BYTES = 4 * 1024;

    private static final int ESCAPED = 2;

    private final String localNode;
    private final EmulatedConnections local;
    private final EmulationLink link;
    private final EmulationTurns turns = new EmulationTurns();
    private final Origins origins;
    private final int maxDataBytes;

    EmulationHandler(
            String localNode,
            EmulatedConnections local,
            EmulationLink link,
            Origins origins,
            int maxDataBytes) {
        this.localNode = localNode;
        this.local = local;
        this.link = link;
        this.origins = origins;
        this.maxDataBytes = maxDataBytes;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (origins.answers(exchange, Methods.POST)) {
            return;
        }
        if (!exchange.getRequestMethod().equals(Methods.POST)) {
            Refusals.methodNotAllowed(exchange, Methods.POST);
            return;
        }
        Bodies.read(
                exchange,
                ESCAPED * maxDataBytes + OVERHEAD_BYTES,
                body -> received(exchange, body));
    }

    private void received(HttpServerExchange exchange, byte[] body) {
        EmulationRequest request;
        try {
            request =
                    Bodies.isBinary(exchange)
                            ? EmulationRequest.ofProtobuf(body)
                            : EmulationRequest.ofJson(body);
        } catch (BadFrameException e) {
            Refusals.send(
                    exchange,
                    StatusCodes.BAD_REQUEST,
                    "not an emulation request: " + e.getMessage());
            return;
        }
        if (request.data().size() > maxDataBytes) {
            Refusals.send(
                    exchange,
                    StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                    "data larger than client.message_max_size: " + maxDataBytes + " bytes");
            return;
        }
        deliver(request)
                .whenComplete(
                        (outcome, failure) ->
                                exchange.getIoThread().execute(() -> answer(exchange, outcome)));
    }

    private CompletionStage<EmulationOutcome> deliver(EmulationRequest request) {
        if (request.node().equals(localNode)) {
            return local.deliver(request.session(), request.data());
        }
        return turns.take(
                request.session(),
                () -> link.deliver(request.node(), request.session(), request.data()));
    }

    private static void answer(HttpServerExchange exchange, EmulationOutcome outcome) {
        switch (outcome) {
            case DELIVERED -> {
                exchange.setStatusCode(StatusCodes.NO_CONTENT);
                exchange.endExchange();
            }
            case UNKNOWN_SESSION, UNKNOWN_NODE ->
                    Refusals.send(exchange, StatusCodes.NOT_FOUND, "no such stream: connect again");
            case UNANSWERED ->
                    Refusals.send(
                            exchange, Refusal.unavailable("the stream's node is busy or away"));
        }
    }
}
