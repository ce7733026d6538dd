package io.hawser.server.endpoint;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.config.NodeConfig;
import io.hawser.server.session.SessionContext;
import io.hawser.server.websocket.Admission;
import io.hawser.server.websocket.SocketCloser;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * The public port's paths for clients that cannot have a WebSocket: streams by HTTP, and the
 * requests by which their clients speak. Thread-safe.
 */
public final class StreamTransport implements AutoCloseable {
    private static final String EMULATION = "/emulation";

    private final SocketCloser closer = SocketCloser.start();
    private final EmulatedConnections emulated = new EmulatedConnections();
    private final Map<String, HttpHandler> handlers = new HashMap<>();

    /**
     * @param serving whether connections are accepted now
     * @param node says how many connections there may be, and which proxies are believed
     * @param admission spreads connections that come at once
     * @param link leads to other nodes
     */
    public StreamTransport(
            SessionContext context,
            FanOut fanOut,
            BooleanSupplier serving,
            NodeConfig node,
            List<String> allowedOrigins,
            Admission admission,
            EmulationLink link) {
        var visits = new Visits(context.continuity().rules());
        var origins = new Origins(allowedOrigins);
        var parts =
                new StreamHandler.Parts(
                        context,
                        fanOut,
                        new ClientAddresses(node.trustedProxies()),
                        visits,
                        new HandshakeGate(
                                serving,
                                fanOut::connections,
                                node.maxConnections(),
                                origins,
                                visits,
                                context.counters().refused),
                        origins,
                        admission,
                        closer,
                        emulated,
                        node.id());
        for (StreamKind kind : StreamKind.values()) {
            handlers.put(kind.path(), new StreamHandler(kind, parts));
        }
        handlers.put(
                EMULATION,
                new EmulationHandler(
                        node.id(),
                        emulated,
                        link,
                        origins,
                        context.client().messageMaxSize().intBytes()));
    }

    /** Hands commands that came to another node to a connection of this one. */
    public CompletionStage<EmulationOutcome> emulate(String session, Payload data) {
        return emulated.deliver(session, data);
    }

    /**
     * Answers requests for streams and emulation.
     *
     * @param others gets what is neither
     */
    public HttpHandler handler(HttpHandler others) {
        return exchange -> handle(exchange, others);
    }

    private void handle(HttpServerExchange exchange, HttpHandler others) throws Exception {
        handlers.getOrDefault(exchange.getRequestPath(), others).handleRequest(exchange);
    }

    /** Open connections must be closed before. */
    @Override
    public void close() {
        closer.close();
    }
}
