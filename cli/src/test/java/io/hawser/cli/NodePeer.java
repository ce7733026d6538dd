package io.hawser.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real HTTP server in the place of a node's admin port, which answers one thing to everything.
 */
public final class NodePeer implements AutoCloseable {
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /** A request as it came in. */
    public record Request(String method, String path, String apiKey, String body) {}

    /** Answers from now on. */
    public NodePeer(int status, String answer) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> answer(exchange, status, answer));
        server.start();
    }

    private void answer(HttpExchange exchange, int status, String answer) throws IOException {
        try (exchange) {
            String key = exchange.getRequestHeaders().getFirst("X-API-Key");
            requests.add(
                    new Request(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            key == null ? "" : key,
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8)));
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Request> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
