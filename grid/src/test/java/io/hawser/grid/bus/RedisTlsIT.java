package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.awaitCount;
import static io.hawser.grid.pubsub.BrokerContract.awaitUp;
import static io.hawser.grid.pubsub.BrokerContract.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.Ports;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisSentinels;
import io.hawser.devkit.RedisServer;
import io.hawser.devkit.RedisTls;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.RedisSettings;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/** {@link RedisBroker} on a Redis with TLS and users. */
class RedisTlsIT {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    /** As docs/redis.md has it. */
    private static final String[] RULES = {
        "on",
        ">p@ss word",
        "resetkeys",
        "~hawser:*",
        "resetchannels",
        "&hawser:*",
        "-@all",
        "+@connection",
        "+@read",
        "+@write",
        "+@pubsub",
        "+@scripting",
        "+role",
        "+time",
        "+wait"
    };

    @TempDir static Path directory;

    @BeforeAll
    static void makeCertificate() throws Exception {
        BrokerContract.pollOften();
        Path store = directory.resolve("redis.p12");
        var keytool =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(STORE_PASSWORD));
        try (var process = ManagedProcess.builder("keytool", keytool).start()) {
            assertThat(process.awaitExit(Duration.ofSeconds(30))).isZero();
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD);
        }
        write("key.pem", "PRIVATE KEY", keys.getKey("redis", STORE_PASSWORD).getEncoded());
        write("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    }

    private static void write(String file, String kind, byte[] content) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                directory.resolve(file),
                "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, text, kind));
    }

    private static RedisTls tls() {
        return new RedisTls(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    }

    private static String trusted() throws Exception {
        return Files.readString(directory.resolve("cert.pem"));
    }

    private static RedisServer redis(int tlsPort, String... more) {
        List<String> arguments = new ArrayList<>(tls().arguments(tlsPort));
        arguments.addAll(List.of(more));
        return RedisServer.start(
                new RedisOptions()
                        .local()
                        .password("admin")
                        .arguments(arguments.toArray(String[]::new)));
    }

    private static TestNode node(String uri, String trusted) {
        return node(RedisMode.STANDALONE, uri, trusted);
    }

    private static TestNode node(RedisMode mode, String uri, String trusted) {
        var settings = new RedisSettings(mode, List.of(uri), RedisNodes.PATIENT, trusted);
        return RedisNodes.on(RedisServers.of(settings), RedisNodes.quick());
    }

    @Test
    void aUserWithFewRightsPublishesOverTlsOnceThePasswordIsRight() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        int port = Ports.free();
        String uri = "rediss://hawser:p%40ss%20word@127.0.0.1:" + port;
        String trusted = trusted();
        try (RedisServer redis = redis(port);
                RedisClient client = RedisClient.create(redis.uri());
                StatefulRedisConnection<String, String> admin = client.connect();
                TestNode stranger = node(uri, "");
                TestNode node = node(uri, trusted)) {
            assertThat(node.broker.health()).as("no such user").isEqualTo(Broker.State.DOWN);
            var acl = new ArrayList<String>(List.of("SETUSER", "hawser"));
            acl.addAll(List.of(RULES));
            assertThat(command(admin, acl)).isEqualTo("OK");
            awaitUp(node);
            TestSubscriber live = node.subscribed("c", HISTORY);
            publish(node, "c", HISTORY, "x");
            awaitCount(live, 1);
            assertThat(BrokerContract.keyed(node, "c", HISTORY, "k").position().offset())
                    .isEqualTo(2);
            BrokerContract.get(node.broker.sendControl(Payload.of("to all")));
            await().atMost(TestSubscriber.PATIENCE).until(() -> node.controls.size() == 1);
            assertThat(stranger.broker.health())
                    .as("whose certificate is not trusted")
                    .isEqualTo(Broker.State.DOWN);
            assertThat(command(admin, List.of("SETUSER", "hawser", "resetpass", ">other")))
                    .isEqualTo("OK");
            admin.sync().clientKill(KillArgs.Builder.typeNormal().skipme());
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> node.broker.health() == Broker.State.DOWN);
        }
    }

    /** Publishes and hears, and so does every connection that this needs. */
    private static void assertWorks(RedisMode mode, String uri) throws Exception {
        try (TestNode node = node(mode, uri, trusted())) {
            awaitUp(node);
            TestSubscriber live = node.subscribed("c", HISTORY);
            publish(node, "c", HISTORY, "x");
            awaitCount(live, 1);
            BrokerContract.get(node.broker.sendControl(Payload.of("to all")));
            await().atMost(TestSubscriber.PATIENCE).until(() -> node.controls.size() == 1);
        }
    }

    @Test
    void sentinelsNameTheMasterOverTls() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        int port = Ports.free();
        try (RedisServer redis = redis(port);
                RedisSentinels sentinels = RedisSentinels.watchOverTls(port, "admin", tls())) {
            String uri = sentinels.uri().replace("://", "://:admin@");
            assertWorks(RedisMode.SENTINEL, uri);
            assertThat(redis.isAlive()).isTrue();
        }
    }

    @Test
    void serversOfARedisClusterAreFoundAndUsedOverTls() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        int port = Ports.free();
        String busPort = Integer.toString(Ports.free());
        try (RedisServer redis =
                        redis(
                                port,
                                "--cluster-enabled",
                                "yes",
                                "--cluster-port",
                                busPort,
                                "--tls-cluster",
                                "yes");
                RedisClient client = RedisClient.create(redis.uri());
                StatefulRedisConnection<String, String> admin = client.connect()) {
            admin.sync().clusterAddSlots(IntStream.range(0, 16_384).toArray());
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> admin.sync().clusterInfo().contains("cluster_state:ok"));
            assertWorks(RedisMode.CLUSTER, "rediss://:admin@127.0.0.1:" + port);
        }
    }

    private static String command(
            StatefulRedisConnection<String, String> admin, List<String> words) {
        var codec = StringCodec.UTF8;
        var args = new CommandArgs<>(codec);
        words.forEach(args::add);
        return admin.sync().dispatch(CommandType.ACL, new StatusOutput<>(codec), args);
    }
}
