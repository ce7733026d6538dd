package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.cli.haproxy.RuntimeSocket;
import io.hawser.devkit.Haproxy;
import io.hawser.devkit.ManagedProcess;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Three nodes become four when clients come, and three again when they go, by a hook script;
 * HAProxy follows, by {@code hawser haproxy sync} beside it, without a reload.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ScalingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CLIENTS = 75;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final HttpServer receiver = receiver();

    @TempDir private Path directory;

    /** Fails the first time: the event must come again. */
    private HttpServer receiver() {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        byte[] body = exchange.getRequestBody().readAllBytes();
                        boolean signed =
                                exchange.getRequestHeaders().containsKey("X-Hawser-Signature");
                        events.add(signed ? new String(body, StandardCharsets.UTF_8) : "unsigned");
                        exchange.sendResponseHeaders(events.size() == 1 ? 500 : 200, -1);
                        exchange.close();
                    });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() throws IOException {
        receiver.stop(0);
        http.close();
        Path pid = directory.resolve("n4.pid");
        if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                    .ifPresent(
                            started -> {
                                started.descendants().forEach(ProcessHandle::destroyForcibly);
                                started.destroyForcibly();
                            });
        }
    }

    private Map<String, String> settings(Path script) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("node.max_connections", "100");
        settings.put("scaling.mode", "on");
        settings.put("scaling.max_nodes", "4");
        settings.put("scaling.measures", "[connections]");
        settings.put("scaling.nodes", "[n4]");
        settings.put("scaling.arrival_time", "150s");
        settings.put("scaling.up.utilisation", "20");
        settings.put("scaling.up.sustained", "2s");
        settings.put("scaling.up.cooldown", "3s");
        settings.put("scaling.down.utilisation", "5");
        settings.put("scaling.down.sustained", "3s");
        settings.put("scaling.down.cooldown", "5s");
        settings.put("scaling.command.up", "[" + script + ", up, \"%i\"]");
        settings.put("scaling.command.down", "[" + script + ", down, \"%i\"]");
        settings.put(
                "scaling.webhook.url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/");
        settings.put("scaling.webhook.secret", "s3cret");
        settings.put("scaling.webhook.backoff", "100ms");
        return settings;
    }

    /**
     * Starts node n4 as {@code systemctl start} would: the script ends, the node stays. Should this
     * test be killed, the node ends after some minutes.
     */
    private void writeScript(Path script, TestCluster cluster, Map<String, String> settings)
            throws IOException {
        List<String> node = TestNode.command("n4", cluster.settings(settings));
        String quoted =
                String.join(
                        " ", node.stream().map(w -> "'" + w.replace("'", "'\\''") + "'").toList());
        Files.writeString(
                directory.resolve("node.sh"), "#!/bin/sh\nexec timeout 240 " + quoted + "\n");
        Files.writeString(
                script,
                """
                #!/bin/sh
                cd "$(dirname "$0")"
                echo "$1 $2 $SCALING_TRIGGER $SCALING_FROM $SCALING_TO" >> calls
                case "$1" in
                  up) sh node.sh > "$2.log" 2>&1 < /dev/null &
                      echo $! > "$2.pid" ;;
                  down) kill -TERM "$(cat "$2.pid")" ;;
                esac
                """);
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void threeNodesBecomeFourAndThreeAgain() throws Exception {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        Path script = directory.resolve("scale.sh");
        Map<String, String> settings = settings(script);
        try (var cluster = TestCluster.start(3, directory, settings);
                var proxy = proxy(cluster);
                var sync = sync(cluster);
                var runtime = new ClientRuntime()) {
            String worker = worker();
            writeScript(script, cluster, settings);
            List<ChannelClient> clients = connect(cluster, runtime);
            try {
                await("four nodes").atMost(PATIENCE).until(() -> healthyNodes(cluster) == 4);
                sync.awaitOutput(line -> line.startsWith("spare1: n4 at "), PATIENCE);
                await("chosen by HAProxy")
                        .atMost(PATIENCE)
                        .until(() -> servedBy(proxy, "").equals("spare1"));
                await("by its hint")
                        .atMost(PATIENCE)
                        .until(() -> servedBy(proxy, "?node=n4").equals("spare1"));
                connectTo(proxy.ws("/connection/websocket?node=n4"), clients, runtime);
                await("a client there")
                        .atMost(PATIENCE)
                        .until(() -> connections(cluster, "n4") == 1);
            } finally {
                clients.forEach(ChannelClient::close);
            }
            await("three nodes").atMost(PATIENCE).until(() -> healthyNodes(cluster) == 3);
            sync.awaitOutput(line -> line.equals("spare1: empty"), PATIENCE);
            await("its hint leads elsewhere")
                    .atMost(PATIENCE)
                    .until(() -> List.of("n1", "n2", "n3").contains(servedBy(proxy, "?node=n4")));
            assertThat(worker()).as("HAProxy has not been reloaded").isEqualTo(worker);
            check(cluster);
        }
    }

    private TestProxy proxy(TestCluster cluster) throws IOException {
        return TestProxy.before(cluster.nodes())
                .patient()
                .with("# stats socket .*", "stats socket " + socket() + " mode 600 level admin")
                .start(directory);
    }

    private Path socket() {
        return directory.resolve("ha.sock");
    }

    /** The process that serves: a reload makes another one. */
    private String worker() throws IOException {
        return new RuntimeSocket(socket())
                .run("show info")
                .lines()
                .filter(line -> line.startsWith("Pid:"))
                .findFirst()
                .orElseThrow();
    }

    private ManagedProcess sync(TestCluster cluster) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.hawser.cli.Hawser"));
        command.addAll(List.of("haproxy", "sync", "--socket", socket().toString()));
        command.addAll(List.of("--url", cluster.node(2).admin("").toString()));
        command.addAll(List.of("--api-key", TestCluster.API_KEY));
        return ManagedProcess.builder("hawser haproxy sync", command).start();
    }

    private String servedBy(TestProxy proxy, String query) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(proxy.http("/health" + query)).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("X-Hawser-Node")
                .orElse("nobody");
    }

    private long connections(TestCluster cluster, String id) throws Exception {
        for (JsonNode node : get(cluster.node(1).admin("/admin/v1/nodes")).path("nodes")) {
            if (node.path("id").asString("").equals(id)) {
                return node.path("connections").asLong(0);
            }
        }
        return 0;
    }

    private static List<ChannelClient> connect(TestCluster cluster, ClientRuntime runtime) {
        List<ChannelClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            connectTo(cluster.nodes().get(i % 3).webSocket(), clients, runtime);
        }
        return clients;
    }

    private static void connectTo(URI address, List<ChannelClient> clients, ClientRuntime runtime) {
        String token =
                new TokenIssuer(TestCluster.TOKEN_SECRET)
                        .connection("user-" + clients.size(), Instant.now())
                        .sign();
        var settings = new ClientSettings(List.of(address), token, List.of(), Backoff.STANDARD);
        var client = new ChannelClient(settings, runtime, event -> {});
        clients.add(client);
        client.start();
    }

    private void check(TestCluster cluster) throws Exception {
        assertThat(Files.readAllLines(directory.resolve("calls")))
                .as("the coordinator alone runs the script, once a decision")
                .containsExactly("up n4 cluster_utilisation 3 4", "down n4 low_utilisation 4 3");
        for (TestNode node : cluster.nodes()) {
            await("both decisions known to " + node.id())
                    .atMost(PATIENCE)
                    .until(() -> decisions(node).size() == 2);
            JsonNode decisions = decisions(node);
            // Decided after 2 s of that, when the last clients may still be coming.
            assertThat(decisions.get(1).path("reason").asString())
                    .matches("the cluster is used to 2[0-5]\\.\\d %, more than 20 % for 2 s");
            assertThat(decisions.get(0).path("nodes").get(0).asString()).isEqualTo("n4");
        }
        // At least once each: an answer that is late is as good as none.
        await("both events, the first one twice")
                .atMost(PATIENCE)
                .until(() -> Set.copyOf(events).size() == 2 && events.size() >= 3);
        assertThat(events.get(1)).isEqualTo(events.get(0)).contains("\"direction\":\"up\"");
        assertThat(events.getLast()).contains("\"direction\":\"down\"");
    }

    private JsonNode decisions(TestNode node) throws Exception {
        return get(node.admin("/admin/v1/scaling")).path("decisions");
    }

    private long healthyNodes(TestCluster cluster) throws Exception {
        return get(cluster.node(1).admin("/admin/v1/cluster")).path("healthy_nodes").asLong();
    }

    private JsonNode get(URI address) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address).header("X-API-Key", TestCluster.API_KEY).build();
        return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
