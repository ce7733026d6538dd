package io.hawser.server.endpoint;

import io.hawser.server.config.NodeConfig;
import io.hawser.server.session.SessionContext;
import io.hawser.server.websocket.SocketCloser;
import io.hawser.server.websocket.WebSocketFront;
import io.hawser.server.websocket.WebSocketPath;
import io.undertow.server.HttpHandler;

import java.util.List;
import java.util.function.BooleanSupplier;

/** The WebSocket paths of the public port. Thread-safe. */
public final class WebSocketTransport implements AutoCloseable {
    public static final String PATH = "/connection/websocket";
    public static final String UNI_PATH = "/connection/uni_websocket";

    private final SocketCloser closer = SocketCloser.start();
    private final List<WebSocketPath> paths;
    private final HandshakeGate gate;

    /**
     * @param serving whether handshakes are accepted now
     * @param node says how many connections there may be, and which proxies are believed
     */
    public WebSocketTransport(
            SessionContext context,
            FanOut fanOut,
            BooleanSupplier serving,
            NodeConfig node,
            List<String> allowedOrigins) {
        var visits = new Visits(context.continuity().rules());
        var addresses = new ClientAddresses(node.trustedProxies());
        paths =
                List.of(
                        path(
                                PATH,
                                new ClientEndpoint(context, fanOut, addresses, visits, false),
                                context),
                        path(
                                UNI_PATH,
                                new ClientEndpoint(context, fanOut, addresses, visits, true),
                                context));
        gate =
                new HandshakeGate(
                        serving,
                        fanOut::connections,
                        node.maxConnections(),
                        new Origins(allowedOrigins),
                        visits,
                        context.counters().refused);
    }

    private WebSocketPath path(String path, ClientEndpoint endpoint, SessionContext context) {
        return new WebSocketPath(
                Handshake.configuration(path),
                endpoint,
                context.client().messageMaxSize().intBytes(),
                closer);
    }

    /** From now on the front opens WebSockets at {@link #PATH} and {@link #UNI_PATH}. */
    public void serve(WebSocketFront front) {
        front.serve(paths, gate);
    }

    /** Answers what comes for these paths and is no handshake. */
    public HttpHandler handler() {
        return new NotAnUpgrade();
    }

    /** Open connections must be closed before. */
    @Override
    public void close() {
        closer.close();
    }
}
