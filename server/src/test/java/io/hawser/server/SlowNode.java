package io.hawser.server;

import static org.awaitility.Awaitility.await;

import io.hawser.server.config.ConfigLoader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A node whose clients may be slow, and what a test asks of it: nobody is pinged, nor hurried to
 * connect. Not thread-safe.
 */
final class SlowNode implements AutoCloseable {
    static final String WEBSOCKET = "/connection/websocket";

    /** For whatever is awaited. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    /** Smallest that the kernel gives; it doubles it. */
    private static final int RECEIVE_BUFFER = 4096;

    private static final String DATA = "data: ";
    private static final String DELIVERIES = "hawser_deliveries_total";
    private static final String PADDING = "x".repeat(1000);
    private static final Pattern BYTES = Pattern.compile("\"bytes\":(\\d+)");
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final HawserServer server;

    SlowNode(String id, String... more) throws StartException {
        List<String> sets =
                new ArrayList<>(
                        List.of(
                                "node.id=" + id,
                                "node.host=127.0.0.1",
                                "node.port=0",
                                "admin.port=0",
                                "grid.port=0",
                                "api.key=k",
                                "client.insecure=true",
                                "client.ping_interval=1h",
                                "client.connect_timeout=5m"));
        Collections.addAll(sets, more);
        server = HawserServer.start(ConfigLoader.load(Optional.empty(), Map.of(), sets));
    }

    int port() {
        return server.publicPort();
    }

    /** Connected and in the channels; each answer has been read. */
    RawWebSocket client(String... channels) throws IOException {
        return client(0, channels);
    }

    /** The same, with next to no buffer of its own. */
    RawWebSocket slowClient(String... channels) throws IOException {
        return client(RECEIVE_BUFFER, channels);
    }

    private RawWebSocket client(int receiveBuffer, String... channels) throws IOException {
        var socket = new RawWebSocket(port(), WEBSOCKET, "", receiveBuffer);
        socket.text("{\"id\":1,\"connect\":{}}");
        until(socket, "\"connect\"");
        for (String channel : channels) {
            socket.text(
                    "{\"id\":2,\"subscribe\":{\"channel\":\""
                            + channel
                            + "\",\"join_leave\":true}}");
            until(socket, "\"subscribe\"");
        }
        return socket;
    }

    /** Lines until each of these parts has come, in whichever order. */
    static List<String> until(RawWebSocket socket, String... parts) throws IOException {
        List<String> lines = new ArrayList<>();
        Set<String> missing = new HashSet<>(Set.of(parts));
        while (!missing.isEmpty()) {
            RawWebSocket.Frame frame = socket.read();
            if (frame.opcode() == RawWebSocket.CLOSE) {
                throw new IOException("closed with " + frame.closeCode() + " before " + missing);
            }
            List<String> came = frame.text().lines().toList();
            missing.removeIf(part -> came.stream().anyMatch(line -> line.contains(part)));
            lines.addAll(came);
        }
        return lines;
    }

    /** About a kilobyte. */
    static String data(int number) {
        return "{\"n\":" + number + ",\"pad\":\"" + PADDING + "\"}";
    }

    /** The numbers of a channel's publications, in their order. */
    static List<Integer> numbers(List<String> lines, String channel) {
        return lines.stream()
                .filter(line -> line.contains("\"channel\":\"" + channel + "\""))
                .map(NUMBER::matcher)
                .filter(Matcher::find)
                .map(found -> Integer.parseInt(found.group(1)))
                .toList();
    }

    static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    /** Publishes one after the other, each when the one before is answered. */
    void publish(String channel, int first, int last) {
        for (int n = first; n <= last; n++) {
            api("publish", "{\"channel\":\"" + channel + "\",\"data\":" + data(n) + "}");
        }
    }

    /** Publishes to the channel's only subscriber until its socket takes no more. */
    void fill(String channel) {
        int n = 0;
        long before;
        do {
            before = waiting();
            deliver(channel, n + 1, n + 5);
            n += 5;
        } while (before == 0 || waiting() < before + 5L * PADDING.length());
    }

    /** Bytes that wait for the only slow client; 0 if there is none. */
    long waiting() {
        Matcher bytes = BYTES.matcher(get("/admin/v1/slow"));
        return bytes.find() ? Long.parseLong(bytes.group(1)) : 0;
    }

    void awaitRead() {
        await().atMost(LIMIT).until(() -> waiting() == 0);
    }

    /**
     * Publishes to a channel's only subscriber; returns once each publication is written, waits or
     * has been dropped. No other publication may be on its way meanwhile.
     */
    void deliver(String channel, int first, int last) {
        double before = metric(DELIVERIES);
        publish(channel, first, last);
        await().atMost(LIMIT).until(() -> metric(DELIVERIES) >= before + last - first + 1);
    }

    String api(String method, String body) {
        return send(
                request("/api/" + method)
                        .POST(BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json"));
    }

    String get(String path) {
        return send(request(path));
    }

    /** The first of these events that the node remembers or will tell, as JSON. */
    List<String> events(String types, int count) {
        HttpRequest request = request("/admin/v1/events?types=" + types).timeout(LIMIT).build();
        try (Stream<String> lines = http.send(request, BodyHandlers.ofLines()).body()) {
            return lines.filter(line -> line.startsWith(DATA))
                    .map(line -> line.substring(DATA.length()))
                    .limit(count)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Posts to the admin port; the body of the answer. */
    String post(String path, String body) {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path))
                .header("X-API-Key", "k");
    }

    private String send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A figure of {@code /metrics}; 0 if it is not there yet. */
    double metric(String name) {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }
}
