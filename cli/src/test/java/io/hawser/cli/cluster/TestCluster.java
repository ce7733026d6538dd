package io.hawser.cli.cluster;

import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.NetworkLab;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** A real Redis and some node processes on it, here or in a network of their own. */
final class TestCluster implements AutoCloseable {
    static final String API_KEY = "test-key";
    static final String TOKEN_SECRET = "a secret of the tests, 32 bytes or more";

    /**
     * For those that measure how soon a node is given up, the product's own time. All others have
     * one that a node on busy cores does not stand still for; a killed process is noticed at once
     * all the same.
     */
    static final Map<String, String> SHARP = Map.of("grid.heartbeat_timeout", "900ms");

    /**
     * For {@code redis.timeout}: with the half second that is its default, a client whose commands
     * are not repeated gets error 100 when the machine stands still for longer.
     */
    static final String PATIENT_REDIS = "20s";

    /** Of who asks again: another node, or this one. */
    static final Duration IMPATIENT = Duration.ofSeconds(2);

    /** Of who asks once: a node may stand still for some seconds. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    /**
     * Channels {@code ticks:…} recover; {@code room:…} also show who is there; {@code delta:…}
     * offers deltas and filters.
     */
    private static final String NAMESPACES =
            "[{name: ticks, options: {history_size: 10000, history_ttl: 300s, force_recovery: true,"
                    + " allow_subscribe_for_client: true}},"
                    + " {name: room, options: {history_size: 100, history_ttl: 300s, force_recovery: true,"
                    + " allow_subscribe_for_client: true, allow_publish_for_subscriber: true,"
                    + " allow_presence_for_subscriber: true, allow_history_for_subscriber: true,"
                    + " presence: true, join_leave: true}},"
                    + " {name: delta, options: {history_size: 1000, history_ttl: 300s, force_recovery: true,"
                    + " allow_subscribe_for_client: true, allow_publish_for_subscriber: true,"
                    + " delta: true, allow_tags_filter: true}}]";

    private final RedisServer redis;
    private final List<TestNode> nodes;
    private final HttpClient http = HttpClient.newHttpClient();

    private TestCluster(RedisServer redis, List<TestNode> nodes) {
        this.redis = redis;
        this.nodes = nodes;
    }

    /** Starts Redis and the nodes n1, n2 …, and waits until all serve. */
    static TestCluster start(int size, Path directory, Map<String, String> more) {
        List<NetworkHost> hosts = Collections.nCopies(size, NetworkHost.local());
        return start(RedisServer.start(), hosts, directory, more);
    }

    /**
     * The same in a lab: each node and Redis have a host of their own, and Redis loses nothing that
     * it has answered.
     */
    static TestCluster start(NetworkLab lab, int size, Path directory, Map<String, String> more) {
        var options = new RedisOptions().host(lab.add("redis")).appendonly("always");
        List<NetworkHost> hosts =
                IntStream.rangeClosed(1, size).mapToObj(i -> lab.add("n" + i)).toList();
        return start(RedisServer.start(options), hosts, directory, more);
    }

    /** The same with a node on each of the hosts; closes that Redis at its end. */
    static TestCluster start(
            RedisServer redis, List<NetworkHost> hosts, Path directory, Map<String, String> more) {
        var cluster = new TestCluster(redis, new CopyOnWriteArrayList<>());
        try {
            hosts.forEach(host -> cluster.add(host, directory, more));
            cluster.nodes.forEach(TestNode::awaitReady);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts the next node on that host, and returns at once. */
    TestNode add(NetworkHost host, Path directory, Map<String, String> more) {
        TestNode node = TestNode.start("n" + (nodes.size() + 1), host, directory, settings(more));
        nodes.add(node);
        return node;
    }

    /** Those of its nodes, and more. */
    Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("broker.type", "redis");
        settings.put("redis.uri", redis.uri());
        settings.put("api.key", API_KEY);
        settings.put("token.hmac_secret", TOKEN_SECRET);
        settings.put("namespaces", NAMESPACES);
        settings.put("client.allowed_origins", "['*']");
        settings.put("grid.heartbeat_timeout", "6s");
        settings.putAll(more);
        return settings;
    }

    /** Starts one more node, which the caller has to close, and waits until it serves. */
    TestNode startMore(String id, Path directory) {
        return TestNode.start(id, directory, settings(Map.of())).awaitReady();
    }

    RedisServer redis() {
        return redis;
    }

    TestNode node(int number) {
        return nodes.get(number - 1);
    }

    List<TestNode> nodes() {
        return nodes;
    }

    /** Calls a method of the server API at a node and returns the body of the answer. */
    String api(TestNode node, String method, String body) throws IOException, InterruptedException {
        return api(node, method, body, PATIENT);
    }

    /** The same, which fails if there is no answer in that time. */
    String api(TestNode node, String method, String body, Duration limit)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(node.admin("/api/" + method))
                        .header("X-API-Key", API_KEY)
                        .timeout(limit)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /**
     * The body of a GET at the administration of a node, {@code {}} if it does not answer soon: for
     * who asks again.
     */
    String admin(TestNode node, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(node.admin(path))
                        .header("X-API-Key", API_KEY)
                        .timeout(IMPATIENT)
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "{}";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "{}";
        }
    }

    /** Starts a node again that was killed, with the same ports, and waits until it serves. */
    void restart(int number) {
        node(number).restart();
    }

    /** The body of a GET. */
    String get(URI address) throws IOException, InterruptedException {
        return get(address, PATIENT);
    }

    /** The same, which fails if there is no answer in that time. */
    String get(URI address, Duration limit) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(limit).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        nodes.forEach(TestNode::close);
        http.close();
        redis.close();
    }
}
