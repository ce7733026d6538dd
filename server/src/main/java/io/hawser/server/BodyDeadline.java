package io.hawser.server;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

import java.util.concurrent.TimeUnit;

/**
 * Cuts the connection of a client that has not sent the whole body of its request in time, whether
 * somebody reads it or it is only thrown away. A read timeout of the listener would not do: a byte
 * now and then satisfies it, and it would end silent WebSockets too.
 *
 * <p>Requests without a good Host header do not come here: Undertow refuses them before any handler
 * of ours, and waits for their bodies without a limit. Thread-safe.
 */
final class BodyDeadline implements HttpHandler {
    private final HttpHandler next;
    private final long limitMs;

    BodyDeadline(HttpHandler next, long limitMs) {
        this.next = next;
        this.limitMs = limitMs;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.isRequestComplete()) {
            XnioExecutor.Key deadline =
                    exchange.getIoThread()
                            .executeAfter(() -> cut(exchange), limitMs, TimeUnit.MILLISECONDS);
            exchange.addExchangeCompleteListener(
                    (done, others) -> {
                        deadline.remove();
                        others.proceed();
                    });
        }
        next.handleRequest(exchange);
    }

    private static void cut(HttpServerExchange exchange) {
        if (!exchange.isRequestComplete()) {
            IoUtils.safeClose(exchange.getConnection());
        }
    }
}
