package io.hawser.cli.cluster;

import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.Ports;
import io.hawser.server.security.TokenIssuer;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Clients of the public JavaScript SDK, each of its own user and with one channel, in processes of
 * Node.js that {@code failover-clients.mjs} describes. Needs an installed {@link NpmProject}. Not
 * thread-safe.
 */
final class SdkClients implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ManagedProcess> processes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final int count;

    private SdkClients(int count) {
        this.count = count;
    }

    /**
     * How long the SDK waits before it connects again.
     *
     * @param minMs its {@code minReconnectDelay}; 0: the SDK's own
     * @param maxMs its {@code maxReconnectDelay}; 0: the SDK's own
     */
    record Delays(int minMs, int maxMs) {
        static final Delays OF_THE_SDK = new Delays(0, 0);

        /** Reads {@code default} or {@code 200-5000}. */
        static Delays parse(String text) {
            if (text.equals("default")) {
                return OF_THE_SDK;
            }
            String[] both = text.split("-", 2);
            return new Delays(Integer.parseInt(both[0]), Integer.parseInt(both[1]));
        }

        @Override
        public String toString() {
            return minMs == 0 ? "the SDK's own" : minMs + " - " + maxMs + " ms";
        }
    }

    /** A connection that ended, as the SDK tells it. */
    record Close(long at, int code, String reason) {}

    /**
     * What one client went through since the mark; times are milliseconds of Unix time.
     *
     * @param nodeBefore the node at the mark
     * @param last the number of the last publication
     * @param attempts when the SDK opened a socket
     * @param ended why it gave up for good; empty: it did not
     */
    record Client(
            String user,
            String channel,
            String nodeBefore,
            String node,
            long last,
            long lost,
            long doubled,
            int unrecovered,
            List<Close> closes,
            List<Long> attempts,
            List<Long> subscribes,
            String ended) {}

    /** What all went through, and how late the busiest event loop was, milliseconds. */
    record Report(double loopDelayMaxMs, double loopDelayP99Ms, List<Client> clients) {}

    private record State(int subscribed, List<String> nodes, Map<String, Long> last) {}

    private record PlannedClient(String user, String token, String channel) {}

    private record Plan(
            int port,
            String url,
            int minReconnectDelay,
            int maxReconnectDelay,
            List<PlannedClient> clients) {}

    /** Starts them; they connect one after the other, 500 a second in each process. */
    static SdkClients start(
            int count, int processes, URI url, Delays delays, List<String> channels, Path directory)
            throws IOException {
        var clients = new SdkClients(count);
        try {
            for (int process = 0; process < processes; process++) {
                int port = Ports.free();
                List<PlannedClient> part = new ArrayList<>();
                for (int i = process; i < count; i += processes) {
                    part.add(planned(i, channels.get(i % channels.size())));
                }
                var plan = new Plan(port, url.toString(), delays.minMs(), delays.maxMs(), part);
                Path file = directory.resolve("sdk-" + port + ".json");
                Files.writeString(file, JSON.writeValueAsString(plan));
                clients.ports.add(port);
                clients.processes.add(
                        NpmProject.start("failover-clients.mjs", file.toAbsolutePath().toString()));
            }
            return clients;
        } catch (IOException | RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    private static PlannedClient planned(int number, String channel) {
        String user = "user-" + number;
        String token =
                new TokenIssuer(TestCluster.TOKEN_SECRET).connection(user, Instant.now()).sign();
        return new PlannedClient(user, token, channel);
    }

    boolean areAllSubscribed() {
        return states().stream().mapToInt(State::subscribed).sum() == count;
    }

    /** How many each node has, or had last. */
    Map<String, Integer> perNode() {
        Map<String, Integer> counts = new HashMap<>();
        states().forEach(
                        state ->
                                state.nodes().forEach(node -> counts.merge(node, 1, Integer::sum)));
        return counts;
    }

    /** True if each client has got the publication of that number in its channel. */
    boolean haveAll(Map<String, Long> numbers) {
        return states().stream()
                .flatMap(state -> state.last().entrySet().stream())
                .allMatch(
                        slowest ->
                                slowest.getValue() >= numbers.getOrDefault(slowest.getKey(), 0L));
    }

    /** Events count from now on. */
    void mark() {
        ports.forEach(port -> answer(port, "/mark"));
    }

    Report report() {
        List<Report> reports =
                ports.stream()
                        .map(port -> JSON.readValue(answer(port, "/report"), Report.class))
                        .toList();
        return new Report(
                reports.stream().mapToDouble(Report::loopDelayMaxMs).max().orElse(0),
                reports.stream().mapToDouble(Report::loopDelayP99Ms).max().orElse(0),
                reports.stream().flatMap(report -> report.clients().stream()).toList());
    }

    private List<State> states() {
        return ports.stream()
                .map(port -> JSON.readValue(answer(port, "/state"), State.class))
                .toList();
    }

    private String answer(int port, String path) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(ANSWER_LIMIT)
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new IllegalStateException("the clients do not answer " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        processes.forEach(ManagedProcess::close);
        http.close();
    }
}
