package io.hawser.server.endpoint;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;

/**
 * Answers requests for a WebSocket path that are no WebSocket handshakes, or faulty ones (RFC 6455,
 * 4.2.2 and 4.4). Thread-safe.
 */
final class NotAnUpgrade implements HttpHandler {
    private static final int UPGRADE_REQUIRED = 426;
    private static final HttpString VERSION = new HttpString("Sec-WebSocket-Version");

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseHeaders().put(VERSION, "13");
        if (exchange.getRequestHeaders().contains(Headers.UPGRADE)) {
            exchange.setStatusCode(StatusCodes.BAD_REQUEST);
            exchange.getResponseSender()
                    .send(
                            "a faulty WebSocket handshake: it takes GET by HTTP/1.1 with Host,"
                                    + " Upgrade: websocket, Connection: Upgrade,"
                                    + " Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16"
                                    + " bytes\n");
        } else {
            exchange.setStatusCode(UPGRADE_REQUIRED);
            exchange.getResponseHeaders().put(Headers.UPGRADE, "websocket");
            exchange.getResponseSender()
                    .send("this address speaks WebSocket: connect with a WebSocket client\n");
        }
    }
}
