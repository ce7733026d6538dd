package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The project's haproxy.cfg, with other ports, before three small HTTP servers with agent ports.
 */
class HaproxyIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<HttpServer> nodes = new ArrayList<>();
    private final List<TestAgent> agents = new ArrayList<>();
    private final List<String> forwardedFor = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = Ports.free();
    @TempDir private Path directory;
    private Path configuration = Path.of("");

    @BeforeEach
    void startNodes() throws IOException {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        for (int i = 1; i <= 3; i++) {
            nodes.add(startNode());
            agents.add(new TestAgent());
        }
        String text = withPorts(Files.readString(ProjectFiles.file("haproxy.cfg")));
        configuration = Files.writeString(directory.resolve("haproxy.cfg"), text);
    }

    @AfterEach
    void stopNodes() throws IOException {
        nodes.forEach(node -> node.stop(0));
        for (TestAgent agent : agents) {
            agent.close();
        }
        client.close();
    }

    @Test
    void ofTheProjectIsClean() {
        assertThat(Haproxy.check(ProjectFiles.file("haproxy.cfg"))).isEmpty();
        assertThat(Haproxy.description()).matches("haproxy \\d+\\.\\d+\\.\\d+ \\(installed: .+\\)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config/haproxy-jwt-hash.cfg", "config/haproxy-source-hash.cfg"})
    void otherProfilesAreCleanAndServe(String profile) throws IOException {
        assertThat(Haproxy.check(ProjectFiles.file(profile))).isEmpty();
        Files.writeString(configuration, withPorts(Files.readString(ProjectFiles.file(profile))));
        try (var haproxy = start()) {
            await().atMost(SOON)
                    .until(() -> nodesThatAnswer().size() == 1 && !get("/").contains("status"));
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    @Test
    void theProfileByUserKeepsAUserOnOneNode() throws IOException {
        Path profile = ProjectFiles.file("config/haproxy-jwt-hash.cfg");
        Files.writeString(configuration, withPorts(Files.readString(profile)));
        try (var haproxy = start()) {
            await().atMost(SOON).until(() -> !get("/").contains("status"));
            Set<String> nodes =
                    IntStream.range(0, 60)
                            .mapToObj(
                                    user -> {
                                        String one = get("/?token=" + token("user-" + user, "a"));
                                        String other =
                                                get("/?x=1&token=" + token("user-" + user, "b"));
                                        assertThat(one).isEqualTo(other);
                                        return one;
                                    })
                            .collect(Collectors.toSet());
            assertThat(nodes).containsExactlyInAnyOrder("n1", "n2", "n3");
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    private static String token(String user, String more) {
        String claims = "{\"sub\":\"" + user + "\",\"jti\":\"" + more + "\"}";
        Base64.Encoder text = Base64.getUrlEncoder().withoutPadding();
        return "eyJhbGciOiJIUzI1NiJ9."
                + text.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2lnbmF0dXJl";
    }

    @Test
    void limitsTheConnectionsOfOneAddress() throws IOException {
        String text =
                Files.readString(configuration)
                        .replace("src 127.0.0.0/8 ::1", "src 192.0.2.1")
                        .replace("sc0_conn_cur gt 2000", "sc0_conn_cur gt 4")
                        // Those that are allowed say nothing, and stay all the same.
                        .replace("timeout http-request 5s", "timeout http-request 5m")
                        .replace("timeout client 30s", "timeout client 5m");
        Files.writeString(configuration, text);
        List<Socket> sockets = new ArrayList<>();
        try (var haproxy = start()) {
            for (int i = 0; i < 8; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            await("of 8, 4 of which are allowed")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(ended(sockets)).isEqualTo(4));
            assertThat(ended(sockets)).as("the others stay").isEqualTo(4);
            assertThat(haproxy.isAlive()).isTrue();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static int ended(List<Socket> sockets) throws IOException {
        int ended = 0;
        for (Socket socket : sockets) {
            ended += isEnded(socket) ? 1 : 0;
        }
        return ended;
    }

    private static boolean isEnded(Socket socket) throws IOException {
        socket.setSoTimeout(300);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /**
     * Also with a longer check, since all agents are threads of this process: on busy cores it
     * stands still for longer than a node may.
     */
    private String withPorts(String text) {
        String own =
                text.replace("127.0.0.1:8000", "127.0.0.1:" + port)
                        .replace("timeout check 250ms", "timeout check 10s");
        for (int i = 1; i <= 3; i++) {
            own =
                    own.replace(
                                    "127.0.0.1:800" + i,
                                    "127.0.0.1:" + nodes.get(i - 1).getAddress().getPort())
                            .replace("port 910" + i, "port " + agents.get(i - 1).port());
        }
        return own;
    }

    @Test
    void usesEveryNodeAndSaysWhich() {
        try (var haproxy = start()) {
            assertThat(haproxy.isAlive()).isTrue();
            await().atMost(SOON).until(() -> nodesThatAnswer().equals(Set.of("n1", "n2", "n3")));
        }
    }

    @Test
    void leavesOutANodeThatIsNotHealthyOrDead() throws IOException {
        try (var haproxy = start()) {
            await().atMost(SOON).until(() -> nodesThatAnswer().equals(Set.of("n1", "n2", "n3")));
            agents.get(0).says("down#fenced");
            await().atMost(SOON).until(() -> nodesThatAnswer().equals(Set.of("n2", "n3")));
            agents.get(1).close();
            await().atMost(SOON).until(() -> nodesThatAnswer().equals(Set.of("n3")));
            agents.get(0).says("up 100%");
            await().atMost(SOON).until(() -> nodesThatAnswer().equals(Set.of("n1", "n3")));
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    /** HAProxy forgets those who waited in a queue, so nobody may wait in one. */
    @Test
    void endsAllConnectionsOfANodeThatGoesDownRightAfterItCameUp() throws IOException {
        agents.forEach(agent -> agent.says("down#starting"));
        List<Socket> sockets = new ArrayList<>();
        try (var haproxy = start()) {
            await().atMost(SOON).until(() -> get("/").equals("status 503"));
            agents.get(0).says("up 100%");
            await().atMost(SOON).until(() -> get("/").equals("n1"));
            for (int i = 0; i < 300; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.add(socket);
                socket.setSoTimeout(60_000);
                String request = "GET /stream HTTP/1.1\r\nHost: hawser\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            }
            for (Socket socket : sockets) {
                assertThat(
                                new String(
                                        socket.getInputStream().readNBytes(12),
                                        StandardCharsets.US_ASCII))
                        .as("a 503 would be followed by silence")
                        .isEqualTo("HTTP/1.1 200");
            }
            agents.get(0).says("down#fenced");
            for (Socket socket : sockets) {
                assertThatCode(() -> socket.getInputStream().readAllBytes())
                        .doesNotThrowAnyException();
            }
            assertThat(haproxy.isAlive()).isTrue();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void logsNoQueryStringAndForwardsOnlyTheRealAddress() throws Exception {
        try (var haproxy = start()) {
            get("/connection/websocket?token=secret-word&x=1");
            await().atMost(SOON).until(() -> log().contains(" /connection/websocket "));
            assertThat(haproxy.isAlive()).isTrue();
        }
        assertThat(log()).doesNotContain("secret-word").doesNotContain("?");
        assertThat(forwardedFor).isNotEmpty().containsOnly("[127.0.0.1]");
    }

    @Test
    void reloadsAndKeepsServingWhenTheNewFileIsBad() throws Exception {
        try (var haproxy = start()) {
            String good = Files.readString(configuration);
            long pid = haproxy.pid();
            Files.writeString(
                    configuration, good.replace("X-Hawser-Node %s", "X-Hawser-Node new-%s"));
            haproxy.reload();
            await().atMost(SOON)
                    .until(() -> nodesThatAnswer().equals(Set.of("new-n1", "new-n2", "new-n3")));
            Files.writeString(configuration, good + "\n    no-such-keyword\n");
            assertThatThrownBy(haproxy::reload)
                    .isInstanceOf(ServiceFailedException.class)
                    .hasMessageContaining("no-such-keyword");
            assertThat(nodesThatAnswer()).isSubsetOf("new-n1", "new-n2", "new-n3").isNotEmpty();
            Files.writeString(configuration, good);
            haproxy.reload();
            await().atMost(SOON).until(() -> nodesThatAnswer().equals(Set.of("n1", "n2", "n3")));
            assertThat(haproxy.pid()).isEqualTo(pid);
        }
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        String good = Files.readString(configuration);
        Files.writeString(configuration, good.replace("    timeout client 30s\n", ""));
        assertThat(Haproxy.check(configuration))
                .anyMatch(line -> line.contains("missing timeouts"));
        Files.writeString(configuration, good.replace("mode http", "mode htpt"));
        assertThatThrownBy(() -> Haproxy.check(configuration))
                .isInstanceOf(ServiceFailedException.class)
                .hasMessageContaining("htpt");
        assertThatThrownBy(this::start)
                .isInstanceOf(ServiceFailedException.class)
                .hasMessageContaining("htpt");
    }

    private Haproxy start() {
        return Haproxy.start(configuration, directory.resolve("haproxy.log"));
    }

    /**
     * With a backlog like a node's: HAProxy gives a connect 300 ms, and one whose SYN is dropped
     * takes a second.
     */
    private HttpServer startNode() throws IOException {
        var server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4_096);
        server.createContext("/", this::answer);
        server.createContext("/stream", HaproxyIT::begin);
        server.start();
        return server;
    }

    /** An answer that does not end. */
    private static void begin(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write('.');
        exchange.getResponseBody().flush();
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<String> addresses = exchange.getRequestHeaders().get("X-Forwarded-For");
        if (addresses != null) {
            forwardedFor.add(addresses.toString());
        }
        byte[] body = "ok".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private Set<String> nodesThatAnswer() {
        return IntStream.range(0, 12).mapToObj(_ -> get("/")).collect(Collectors.toSet());
    }

    private String get(String path) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("X-Forwarded-For", "192.0.2.1")
                        .build();
        try {
            HttpResponse<Void> response =
                    client.send(request, HttpResponse.BodyHandlers.discarding());
            return response.headers()
                    .firstValue("X-Hawser-Node")
                    .orElse("status " + response.statusCode());
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("haproxy.log"));
    }
}
