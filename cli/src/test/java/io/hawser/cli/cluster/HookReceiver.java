package io.hawser.cli.cluster;

import com.sun.net.httpserver.HttpServer;

import io.hawser.devkit.NetworkHost;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Takes whatever a webhook sends. Thread-safe. */
final class HookReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    private HookReceiver(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts one in this process.
     *
     * @param host where this process listens
     */
    static HookReceiver start(NetworkHost host) throws IOException {
        var receiver =
                new HookReceiver(HttpServer.create(new InetSocketAddress(host.address(), 0), 0));
        receiver.server.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    receiver.bodies.add(new String(body, StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        receiver.server.start();
        return receiver;
    }

    String url() {
        InetSocketAddress address = server.getAddress();
        return "http://" + address.getHostString() + ":" + address.getPort() + "/";
    }

    /** Whether something with these words has come. */
    boolean got(String... words) {
        return bodies.stream().anyMatch(body -> Stream.of(words).allMatch(body::contains));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
