package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.cli.Ran;
import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.devkit.Haproxy;
import io.hawser.devkit.ManagedProcess;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The public JavaScript client, moved and drained from node to node by the commands that a user
 * types, while a message is published every 20 ms: it ends where it should and misses none. One
 * that ignores the hint is sent away once, then served where it is.
 */
class MovingClientsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MAX_ATTEMPTS = 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private TestCluster cluster;
    private TestProxy proxy;
    private ManagedProcess clients;
    private volatile boolean over;
    private final Thread publisher = Thread.ofPlatform().name("publisher").unstarted(this::publish);

    @AfterEach
    void stop() throws InterruptedException {
        over = true;
        publisher.join();
        if (clients != null) {
            clients.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        NpmProject.install();
        Map<String, String> settings =
                Map.of("affinity.strict", "true", "client.recovery_max_publications", "5000");
        cluster = TestCluster.start(2, directory, settings);
        proxy = TestProxy.before(cluster.nodes()).patient().start(directory);
        await("behind the proxy").atMost(LIMIT).ignoreExceptions().until(this::bothAreThere);
        ignoresBelongsToTheSecondNode();
        clients = clients();
        await("subscribed")
                .atMost(LIMIT)
                .until(() -> subscribed("follows") > 0 && subscribed("ignores") > 0);
        publisher.start();
    }

    @Test
    void clientsEndWhereTheyAreSentAndMissNothing() {
        String first = await().atMost(LIMIT).until(() -> node("follows"), it -> !it.isEmpty());
        if (first.equals("n2")) {
            followsTo("n1");
        }
        followsTo("n2");
        theOtherIsSentAwayOnce();
        aDrainSendsItToTheOther();

        assertThat(lines).noneMatch(line -> line.startsWith("follows told 3100"));
        over = true;
        assertThat(clients.awaitExit(LIMIT)).as(clients.outputTail()).isZero();
        assertThat(lines).contains("follows got all", "ignores got all");
        assertThat(lines).noneMatch(line -> line.endsWith(" false")); // recovered, each time
    }

    private boolean bothAreThere() throws Exception {
        for (String id : List.of("n1", "n2")) {
            String health = cluster.get(proxy.http("/health?node=" + id));
            if (!JSON.readTree(health).path("node").asString("").equals(id)) {
                return false;
            }
        }
        return true;
    }

    private ManagedProcess clients() {
        return NpmProject.start(
                lines::add,
                "moving-client.mjs",
                proxy.ws("/connection/websocket").toString(),
                proxy.http("/route").toString(),
                cluster.node(1).webSocket().toString(),
                token("follows"),
                token("ignores"));
    }

    private static String token(String user) {
        return new TokenIssuer(TestCluster.TOKEN_SECRET).connection(user, Instant.now()).sign();
    }

    private void followsTo(String target) {
        long before = subscribed("follows");
        Ran moved = hawser("client", "move", client("follows"), target);
        assertThat(moved.code()).as(moved.err()).isZero();
        assertThat(moved.out()).contains("was told to leave");
        await("at " + target)
                .atMost(LIMIT)
                .until(() -> subscribed("follows") > before && node("follows").equals(target));
    }

    private void ignoresBelongsToTheSecondNode() {
        var settings =
                new ClientSettings(
                        List.of(cluster.node(2).webSocket()),
                        token("ignores"),
                        List.of(),
                        Backoff.STANDARD);
        try (var runtime = new ClientRuntime();
                var client = new ChannelClient(settings, runtime, event -> {})) {
            client.start();
            await("mapped").atMost(LIMIT).until(() -> node("ignores").equals("n2"));
        }
    }

    /** By affinity.strict; a move says so too, and counts as that. */
    private void theOtherIsSentAwayOnce() {
        awaitServed("ignores told 3100");
        Ran moved = hawser("client", "move", client("ignores"), "n2");
        assertThat(moved.code()).as(moved.err()).isZero();
        awaitServed("ignores told 3011");
        assertThat(lines).filteredOn("ignores told 3100"::equals).hasSize(1);
        assertThat(lines).filteredOn("ignores told 3011"::equals).hasSize(1);
    }

    private void awaitServed(String told) {
        await(told).atMost(LIMIT).until(() -> lines.contains(told));
        await("served where it is")
                .atMost(LIMIT)
                .until(
                        () ->
                                last("ignores").contains(" subscribed ")
                                        && node("ignores").equals("n1"));
    }

    private void aDrainSendsItToTheOther() {
        long before = subscribed("follows");
        Ran drained = hawser("node", "drain", "n2");
        assertThat(drained.code()).as(drained.err()).isZero();
        assertThat(drained.out()).contains("n2 drained: 1 of 1 told");
        await("at n1")
                .atMost(LIMIT)
                .until(() -> subscribed("follows") > before && node("follows").equals("n1"));
        assertThat(lines).contains("follows told 3001");
        assertThat(hawser("node", "undrain", "n2").code()).isZero();
    }

    private Ran hawser(String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(
                List.of(
                        "--url",
                        cluster.node(1).admin("").toString(),
                        "--api-key",
                        TestCluster.API_KEY));
        return Ran.run(args);
    }

    private long subscribed(String name) {
        return lines.stream().filter(line -> line.startsWith(name + " subscribed ")).count();
    }

    /** Its client id of now. */
    private String client(String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " subscribed "))
                .toList()
                .getLast()
                .split(" ", -1)[3];
    }

    private String last(String name) {
        return lines.stream().filter(line -> line.startsWith(name)).toList().getLast();
    }

    /** Where the user belongs, as the nodes see it. */
    private String node(String user) {
        String where = cluster.admin(cluster.node(1), "/admin/v1/affinity/" + user);
        return JSON.readTree(where).path("mapping").path("node").asString("");
    }

    private void publish() {
        for (int n = 1; ; n++) {
            boolean last = over;
            int attempts = 1;
            while (!stored(n, last) && attempts < MAX_ATTEMPTS) {
                attempts++;
            }
            if (last || attempts == MAX_ATTEMPTS) {
                return;
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private boolean stored(int n, boolean last) {
        String body =
                "{\"channel\":\"ticks:MOVE\",\"data\":{\"n\":%d,\"last\":%b},\"idempotency_key\":\"m%d\"}"
                        .formatted(n, last, n);
        try {
            return cluster.api(cluster.node(1), "publish", body, TestCluster.IMPATIENT)
                    .contains("\"offset\"");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
