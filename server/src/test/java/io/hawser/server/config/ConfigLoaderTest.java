package io.hawser.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hawser.server.binding.DataSize;
import io.hawser.server.binding.Problem;
import io.hawser.server.binding.Secret;
import io.hawser.server.config.ChannelOptions.DataFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

class ConfigLoaderTest {
    @TempDir Path directory;

    @Test
    void withoutAnySourceADefaultNodeOfItsOwn() {
        HawserConfig config = load("");

        assertThat(config.node().id()).matches(NodeConfig.NAME);
        assertThat(config.node().host()).isEqualTo("0.0.0.0");
        assertThat(config.node().port()).isEqualTo(8000);
        assertThat(config.node().maxConnections()).isEqualTo(10_000);
        assertThat(config.admin()).isEqualTo(new AdminConfig("127.0.0.1", 9000));
        assertThat(config.api()).isEqualTo(new ApiConfig(new Secret(""), false));
        assertThat(config.grid())
                .isEqualTo(
                        new GridConfig(
                                "hawser",
                                new Secret(""),
                                "127.0.0.1",
                                5701,
                                0,
                                Duration.ofMillis(200),
                                Duration.ofMillis(900),
                                List.of()));
        assertThat(config.broker())
                .isEqualTo(
                        new BrokerConfig(
                                BrokerConfig.Type.LOCAL,
                                new DataSize(64L << 20),
                                new DataSize(0),
                                50_000,
                                Duration.ZERO,
                                64));
        assertThat(config.redis().timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.database().enabled()).isFalse();
        assertThat(config.client().queueMaxSize()).isEqualTo(new DataSize(1L << 20));
        assertThat(config.client().pingInterval()).isEqualTo(Duration.ofSeconds(25));
        assertThat(config.channel().history().enabled()).isFalse();
        assertThat(config.channel().historyMetaTtl()).isEqualTo(Duration.ofDays(30));
        assertThat(config.channel().dataFormat()).isEqualTo(DataFormat.JSON);
        assertThat(config.namespaces()).isEmpty();
        assertThat(config.log().level()).isEqualTo(LogConfig.Level.INFO);
    }

    @Test
    void readsAFile() {
        HawserConfig config =
                load(
                        """
                        node:
                          id: n1
                          port: "8001" # quoted or not
                          max_connections: 5
                        client:
                          allowed_origins: ["*", https://example.com]
                          insecure: true
                          queue_max_size: 2MiB
                        broker: {type: redis}
                        grid:
                          seeds:
                            - 10.0.0.1:5701
                            - node-2
                            - "[::1]:5701"
                          secret: 007
                        database:
                        channel:
                          presence: true
                        namespaces:
                          - name: ticks
                            options:
                              history_size: 100
                              history_ttl: 1h30m
                              data_format: binary
                          - {name: chat}
                        """);

        assertThat(config.node().id()).isEqualTo("n1");
        assertThat(config.node().port()).isEqualTo(8001);
        assertThat(config.client().allowedOrigins()).containsExactly("*", "https://example.com");
        assertThat(config.client().insecure()).isTrue();
        assertThat(config.grid().seeds()).containsExactly("10.0.0.1:5701", "node-2", "[::1]:5701");
        assertThat(config.grid().secret().reveal()).isEqualTo("007");
        assertThat(config.channel().presence()).isTrue();
        NamespaceConfig ticks = config.namespaces().getFirst();
        assertThat(ticks.name()).isEqualTo("ticks");
        assertThat(ticks.options().historyTtl()).isEqualTo(Duration.ofMinutes(90));
        assertThat(ticks.options().dataFormat()).isEqualTo(DataFormat.BINARY);
        assertThat(ticks.options().presence()).as("namespaces do not inherit").isFalse();
        assertThat(config.namespaces().getLast().options().historySize()).isZero();
    }

    @Test
    void laterSourcesWinKeyByKey() {
        String file =
                "node: {id: file, port: 1, weight: 1, region: file}\nchannel: {presence: true}";
        Map<String, String> environment =
                Map.of("HAWSER_NODE_ID", "env", "HAWSER_NODE_PORT", "2", "PATH", "/bin");

        HawserConfig config =
                load(
                        file,
                        environment,
                        "node.id=first",
                        "node.id=set",
                        "channel={join_leave: true}");

        assertThat(config.node().id()).isEqualTo("set");
        assertThat(config.node().port()).isEqualTo(2);
        assertThat(config.node().region()).isEqualTo("file");
        assertThat(config.node().maxConnections()).isEqualTo(10_000);
        assertThat(config.channel().presence()).isTrue();
        assertThat(config.channel().joinLeave()).isTrue();
    }

    @Test
    void listsAreReplacedAsAWhole() {
        String file = "broker: {type: redis}\ngrid: {seeds: [a, b]}\nnamespaces: [{name: a}]";

        HawserConfig replaced = load(file, Map.of("HAWSER_GRID_SEEDS", "c:1, d"), "namespaces=[]");
        HawserConfig emptied = load(file, Map.of("HAWSER_GRID_SEEDS", ""), "namespaces=");

        assertThat(replaced.grid().seeds()).containsExactly("c:1", "d");
        assertThat(emptied.grid().seeds()).isEmpty();
        assertThat(List.of(replaced, emptied)).allMatch(c -> c.namespaces().isEmpty());
    }

    @Test
    void variablesAreTakenAsTheyAreAndListsOfSectionsAsYaml() {
        HawserConfig config =
                load(
                        "",
                        Map.of(
                                "HAWSER_TOKEN_HMAC_SECRET",
                                "a: #b",
                                "HAWSER_CLIENT_QUEUE_MAX_SIZE",
                                "8KiB",
                                "HAWSER_CLIENT_MESSAGE_MAX_SIZE",
                                "2KiB",
                                "HAWSER_NAMESPACES",
                                "[{name: ticks, options: {presence: true}}]"));

        assertThat(config.token().hmacSecret().reveal()).isEqualTo("a: #b");
        assertThat(config.client().queueMaxSize().bytes()).isEqualTo(8192);
        assertThat(config.namespaces().getFirst().options().presence()).isTrue();
    }

    @Test
    void reservedVariablesAreNotKeysButTheApiKeyIsBoth() {
        HawserConfig config =
                load(
                        "",
                        Map.of(
                                "HAWSER_URL", "http://x",
                                "HAWSER_JAVA_HOME", "/j",
                                "HAWSER_JAVA_OPTS", "-Xmx1g",
                                "HAWSER_HOME", "/h",
                                "HAWSER_API_KEY", "k"));

        assertThat(config.api().key().reveal()).isEqualTo("k");
    }

    @Test
    void setTakesYaml() {
        HawserConfig config =
                load(
                        "",
                        Map.of(),
                        "namespaces=[{name: ticks, options: {history_size: 100, history_ttl: 300s}}]",
                        "channel.presence=true",
                        "redis.uri=redis://127.0.0.1:6380/1",
                        "token.hmac_secret=\"a: #=b\"",
                        "node.region=");

        assertThat(config.namespaces().getFirst().options().history().enabled()).isTrue();
        assertThat(config.channel().presence()).isTrue();
        assertThat(config.redis().uri().reveal()).isEqualTo("redis://127.0.0.1:6380/1");
        assertThat(config.token().hmacSecret().reveal()).isEqualTo("a: #=b");
        assertThat(config.node().region()).isEmpty();
    }

    @Test
    void knowsEveryRedis() {
        assertThat(load("redis: {uri: 'redis://:p@h/1'}").redis().addresses())
                .containsExactly("redis://:p@h/1");
        assertThat(
                        load("redis: {mode: sentinel, uri: 'redis-sentinel://:p@a:1,b:2/0#m'}")
                                .redis()
                                .addresses())
                .containsExactly("redis-sentinel://:p@a:1,b:2/0#m");
        assertThat(
                        load("redis: {mode: shards, uris: ['redis://a', 'redis://b']}")
                                .redis()
                                .addresses())
                .containsExactly("redis://a", "redis://b");
        assertThat(load("redis: {mode: cluster, uri: 'redis://a'}").redis().addresses())
                .containsExactly("redis://a");
        assertThat(load("redis: {mode: cluster, uris: ['redis://b']}").redis().addresses())
                .containsExactly("redis://b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{mode: sentinel}; for mode sentinel",
                "{uri: 'redis-sentinel://:secret@a:1#m'}; for mode standalone",
                "{mode: shards}; 0 addresses for mode shards",
                "{mode: shards, uris: ['redis://a', 'redis://:secret@a']}; the same Redis twice",
                "{mode: cluster, uris: ['redis://a/3']}; no other database than 0",
                "{uris: ['redis://a']}; only modes shards and cluster",
                "{mode: sentinel, uri: 'redis-sentinel://:secret@a'}; redis-sentinel://host",
                "{ca_file: /nowhere/ca.pem}; cannot be read",
                "{sentinel_password: secret}; only mode sentinel has Sentinels",
                "{mode: sentinel, uri: 'redis-sentinel://a#m', sentinel_user: u}; sentinel_password is not",
            })
    void refusesAddressesOfAnotherRedis(String redis, String why) {
        assertThat(refuse("redis: " + redis, Map.of()))
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "'# nothing', 0",
        "'{}', 0",
        "'node:', 0",
        "'node: {id: a\u00e9}', 1",
    })
    void emptyFilesAreFine(String file, int problems) {
        if (problems == 0) {
            assertThat(load(file)).isEqualTo(load(""));
        } else {
            assertThat(refuse(file, Map.of()).problems()).hasSize(problems);
        }
    }

    @Test
    void allProblemsOfAllSourcesAtOnce() {
        ConfigException refused =
                refuse(
                        """
                        node:
                          prot: 1
                          port: 70000
                          id: "-"
                        nodes: {}
                        channel:
                          force_recovery: true
                        client: [1]
                        namespaces:
                          - name: a
                            options: {history_size: 5}
                          - name: a
                          - name: "b:c"
                        grid: {seeds: [x]}
                        """,
                        Map.of("HAWSER_NODE_PROT", "1", "HAWSER_NODE_WEIGHT", "heavy"),
                        "redis.uri=http://x",
                        "port=1",
                        "rubbish");

        assertThat(refused.problems().stream().map(Problem::toString))
                .containsExactlyInAnyOrder(
                        "environment variable HAWSER_NODE_PROT: matches no key; the nearest is"
                                + " HAWSER_NODE_PORT; rename or unset it",
                        "--set port: is no key; the nearest is node.port",
                        "--set: an option is not key=value; write for example --set node.port=8001",
                        file(2, 3)
                                + "node.prot: is no key; the nearest is node.port; correct it or remove"
                                + " it",
                        file(3, 9)
                                + "node.port: 70000 is out of range; write a whole number, from 0 to"
                                + " 65535 (default 8000)",
                        file(4, 7)
                                + "node.id: \"-\" is not allowed; write 1 to 64 letters, digits, '.',"
                                + " '_' or '-', starting with a letter or digit",
                        file(5, 1)
                                + "nodes: is no key; the nearest is node; correct it or remove it",
                        file(8, 9)
                                + "client: is a section, not a value; give its keys, indented by two"
                                + " spaces: [insecure, allowed_origins, queue_max_size,"
                                + " message_max_size, recovery_max_publications,"
                                + " history_max_publications, channel_limit, channel_max_length,"
                                + " ping_interval, pong_timeout, connect_timeout, expiry_grace,"
                                + " publish_queue, write_delay, send_buffer, receive_buffer]",
                        file(13, 11)
                                + "namespaces[2].name: \"b:c\" is not allowed; write 1 to 64 letters,"
                                + " digits, '.', '_' or '-', starting with a letter or digit",
                        "environment variable HAWSER_NODE_WEIGHT: node.weight: \"heavy\" is not a whole"
                                + " number; write a whole number, from 1 to 10000 (default 100)",
                        "--set redis.uri: redis.uri: the value (not shown) is not allowed; write an"
                                + " address like redis://host:6379 or"
                                + " redis-sentinel://host:26379,host:26379#name (default"
                                + " redis://127.0.0.1:6379)",
                        file(7, 19)
                                + "channel.force_recovery: has nothing to recover from without"
                                + " history; set history_size and history_ttl, or leave it out",
                        file(11, 29)
                                + "namespaces[0].options.history_size: keeps nothing without"
                                + " history_ttl; set history_ttl too, for example 300s",
                        file(14, 15)
                                + "broker.type: is local, so other nodes would not see what is"
                                + " published here, yet grid.seeds names other nodes; set broker.type"
                                + " to redis, or remove grid.seeds",
                        file(12, 11)
                                + "namespaces[1].name: is the name of an earlier namespace: \"a\"; join"
                                + " the two, or rename one");
        assertThat(refused)
                .hasMessage(
                        refused.problems().stream()
                                .map(Problem::toString)
                                .collect(Collectors.joining("\n")));
    }

    @Test
    void aWrongValueIsReportedEvenIfAnotherSourceOverridesIt() {
        assertThat(refuse("node: {port: x}", Map.of(), "node.port=1").problems()).hasSize(1);
    }

    @Test
    void aFileThatCannotBeReadIsOneProblemAmongOthers() throws IOException {
        Path notText = Files.write(directory.resolve("latin1.yaml"), new byte[] {'#', (byte) 0xe9});
        for (Path file : List.of(directory.resolve("none.yaml"), directory, notText)) {
            ConfigException refused =
                    catchThrowableOfType(
                            ConfigException.class,
                            () ->
                                    ConfigLoader.load(
                                            Optional.of(file), Map.of("HAWSER_X", ""), List.of()));

            assertThat(refused.problems()).hasSize(2);
            assertThat(refused.problems().getFirst().toString())
                    .startsWith(file + ": cannot be read: ");
        }
    }

    private HawserConfig load(String yaml) {
        return load(yaml, Map.of());
    }

    private HawserConfig load(String yaml, Map<String, String> environment, String... sets) {
        try {
            Path file = Files.writeString(directory.resolve("hawser.yaml"), yaml);
            return ConfigLoader.load(Optional.of(file), environment, List.of(sets));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ConfigException refuse(String yaml, Map<String, String> environment, String... sets) {
        return catchThrowableOfType(ConfigException.class, () -> load(yaml, environment, sets));
    }

    private String file(int line, int column) {
        return directory.resolve("hawser.yaml") + ":" + line + ":" + column + ": ";
    }
}
