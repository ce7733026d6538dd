package io.hawser.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hawser.server.binding.Problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Each wrong value is one problem, which names the key, what is wrong and what to write. */
class BadValuesTest {
    private static final List<String> HISTORY =
            List.of("channel.history_size=10", "channel.history_ttl=1m");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    node.port=abc            | "abc" is not a whole number | write a whole number, from 0 to 65535 (default 8000)
                    node.port=-1             | -1 is out of range          | from 0 to 65535
                    node.port=65536          | 65536 is out of range       | from 0 to 65535
                    node.port=1.5            | "1.5" is not a whole number | write a whole number
                    node.port=99999999999    | is not a whole number       | write a whole number
                    node.port=               | "" is not a whole number    | write a whole number
                    node.port=null           | has no value                | or remove the key
                    node.port=[1]            | takes a single value        | write a whole number
                    node.port={a: 1}         | takes a single value        | write a whole number
                    node.id=a b              | "a b" is not allowed        | write 1 to 64 letters
                    node.id=.a               | ".a" is not allowed         | write 1 to 64 letters
                    node.host=               | "" is not allowed           | write a host name or an IP address (default 0.0.0.0)
                    node.weight=0            | 0 is out of range           | from 1 to 10000
                    node.max_connections=0   | 0 is out of range           | a whole number of connections, from 1
                    node.io_threads=-1       | -1 is out of range          | a whole number of threads, from 0
                    api.on_public_port=yes   | "yes" is not true or false  | write true or false (default false)
                    api.on_public_port=1     | "1" is not true or false    | write true or false
                    api.on_public_port=      | "" is not true or false     | write true or false
                    broker.type=kafka        | "kafka" is not one of       | write one of local, redis (default local)
                    broker.type=REDIS        | "REDIS" is not one of       | write one of local, redis
                    broker.local_max_bytes=1 | 1 is out of range           | from 1MiB to 64GiB (default 64MiB)
                    redis.timeout=500        | "500" is not a duration     | write a duration like 200ms, 300s, 5m or 30d, from 10ms to 1m
                    redis.timeout=1h         | 1h is out of range          | from 10ms to 1m
                    database.url=postgres://h/d | (not shown) is not allowed | write an address like jdbc:postgresql://
                    client.queue_max_size=1MX | "1MX" is not a size        | write a size like 512, 64KiB or 1MiB, from 4KiB
                    client.message_max_size=1 | 1 is out of range          | from 1KiB to 16MiB (default 64KiB)
                    client.queue_max_size=5KiB | must hold at least one message | raise queue_max_size
                    client.pong_timeout=25s  | must be shorter than ping_interval | lower pong_timeout
                    client.ping_interval=8s  | must be shorter than ping_interval | lower pong_timeout
                    scaling.mode=maybe       | "maybe" is not one of       | write one of off, dry_run, on (default dry_run)
                    scaling.max_nodes=1      | is less than min_nodes      | raise max_nodes
                    scaling.measures=[cpu, disk] | "disk" is not one of        | write one of connections, cpu, memory
                    scaling.measures=[]      | is empty                    | name at least one
                    scaling.up.utilisation=34 | is so close to up.utilisation | lower down.utilisation
                    scaling.up.error_rate=0  | 0 is out of range           | a whole number of %, from 1 to 100
                    scaling.forecast.sample=10m | is longer than horizon   | lower sample
                    scaling.forecast.season=31d | is more than 20000 samples | raise sample
                    scaling.webhook.url=ftp://h/ | (not shown) is not allowed | write an address like https://
                    scaling.webhook.url=http://h/a^b | is no address that can be called | percent codes
                    scaling.command.timeout=0s | 0ms is out of range        | from 100ms to 1h
                    client.allowed_origins=[example.com] | "example.com" is not allowed | write "*" or an origin like https://example.com
                    client.allowed_origins=["https://a.b/c"] | is not allowed | without a path
                    client.allowed_origins=https://a.b | is a list, not a single value | write it in brackets, for example [https://example.com
                    node.trusted_proxies=[10.0.0.0/33] | "10.0.0.0/33" is not an IP address | write an IP address like 10.0.0.7 or a range like 10.0.0.0/8 (default 127.0.0.0/8, ::1)
                    node.trusted_proxies=[proxy.example] | "proxy.example" is not an IP address | or a range like 10.0.0.0/8
                    node.trusted_proxies=10.0.0.7 | is a list, not a single value | write it in brackets, for example [10.0.0.5
                    grid.seeds=[{a: b}]      | takes a single value        | write host or host:port
                    grid.cluster_name=       | "" is not allowed           | write 1 to 64 letters
                    log.level=loud           | "loud" is not one of        | write one of error, warn, info, debug, trace (default info)
                    channel=true             | is a section, not a value   | give its keys
                    channel.history_size=1   | keeps nothing without history_ttl  | set history_ttl too
                    channel.history_ttl=1s   | keeps nothing without history_size | set history_size too
                    channel.ack=subscriber        | nothing to deliver again without history | set history_size and history_ttl
                    channel.ack=everybody         | "everybody" is not one of | write one of none, subscriber
                    namespaces=[{name: a, options: {ack: subscriber, history_size: 1, history_ttl: 9s, slow_consumer: latest}}] | cannot hold where slow_consumer lets publications be dropped | ack to none
                    namespaces=[{name: hawser.queue}] | is kept for the queues of users | delivery.queue_limit
                    delivery.queue_ttl=0s         | 0ms is out of range | from 1s to 365d
                    channel.delta=true             | no positions to build on      | set history_size and history_ttl
                    channel.force_recovery=true    | nothing to recover from without history | set history_size and history_ttl
                    channel.force_positioning=true | no positions to watch without history   | set history_size and history_ttl
                    namespaces=[{name: a, options: {force_positioning: true, history_size: 1, history_ttl: 9s, slow_consumer: latest}}] | cannot hold where slow_consumer lets publications be dropped | set slow_consumer to disconnect
                    channel.force_push_join_leave=true | nothing to send without join_leave  | set join_leave too
                    channel.data_format=xml  | "xml" is not one of         | write one of json, binary (default json)
                    namespaces=[{name: a}, {name: b}, {name: a}] | is the name of an earlier namespace: "a" | rename one
                    namespaces=[{name: "a:b"}]  | "a:b" is not allowed     | write 1 to 64 letters
                    namespaces=[{name: ""}]  | "" is not allowed           | write 1 to 64 letters
                    namespaces=[{options: {presence: true}}] | is missing  | write 1 to 64 letters
                    namespaces=[a]           | is a section, not a value   | give its keys, indented by two spaces: [name, options]
                    namespaces={name: a}     | is a list, not a single value | write it in brackets, for example [{name: ticks
                    namespaces=[{name: a, options: {histroy_size: 1}}] | is no key | the nearest is namespaces[].options.history_size
                    namespaces[0].name=a     | addresses an item of a list | give the whole list
                    nod.port=1               | is no key                   | the nearest is node.port
                    node.port.x=1            | is no key                   | the nearest is node.port
                    token.secret=1           | is no key                   | the nearest is token.hmac_secret
                    client.ping=[1           | is no key                   | the nearest is client.ping_interval
                    port=1                   | is no key                   | the nearest is node.port
                    node.region=[1           | is not YAML                 | put it in quotes
                    node.region=@a           | is not YAML                 | put it in quotes
                    node.region=*a           | is an alias                 | write the value out
                    """)
    void oneProblem(String set, String what, String advice) {
        List<Problem> problems = refuse(Optional.empty(), Map.of(), List.of(set));

        assertThat(problems).hasSize(1);
        Problem problem = problems.getFirst();
        assertThat(problem.place()).hasToString("--set " + set.substring(0, set.indexOf('=')));
        assertThat(problem.what()).contains(what);
        assertThat(problem.advice()).contains(advice);
    }

    @Test
    void positionsOutliveTheirEntries() {
        List<String> sets =
                Stream.concat(HISTORY.stream(), Stream.of("channel.history_meta_ttl=1m")).toList();

        assertThat(refuse(Optional.empty(), Map.of(), sets))
                .singleElement()
                .hasToString(
                        "--set channel.history_meta_ttl: channel.history_meta_ttl: must be longer than"
                                + " history_ttl, or positions end before their entries; raise"
                                + " history_meta_ttl or lower history_ttl");
    }

    @Test
    void localBrokerWithSeedsIsRefusedWhereTheyAreGiven() {
        Map<String, String> seeds = Map.of("HAWSER_GRID_SEEDS", "a:1");

        assertThat(refuse(Optional.empty(), seeds, List.of()))
                .singleElement()
                .asString()
                .startsWith("environment variable HAWSER_GRID_SEEDS: broker.type: is local");
        assertThat(ConfigLoader.load(Optional.empty(), seeds, List.of("broker.type=redis")))
                .isNotNull();
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void oneProblemInAFile(String yaml, String place, String what, @TempDir Path directory)
            throws IOException {
        Path file = Files.writeString(directory.resolve("h.yaml"), yaml);

        List<Problem> problems = refuse(Optional.of(file), Map.of(), List.of());

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().place()).hasToString(file + place);
        assertThat(problems.getFirst().toString()).contains(what).doesNotContain("\n");
        assertThat(problems.getFirst().advice()).isNotBlank();
    }

    static Stream<Arguments> badFiles() {
        return Stream.of(
                Arguments.of(
                        "node:\n  port: 1\n  port: 2\n", ":3:3", "port: is given twice, first at"),
                Arguments.of("node: {}\nadmin: {}\nnode: {}\n", ":3:1", "node: is given twice"),
                Arguments.of("node:\n\tport: 1\n", ":2:1", "is not YAML"),
                Arguments.of("node: {port: 1\n", ":2:1", "is not YAML"),
                Arguments.of("node: [\n", ":2:1", "is not YAML"),
                Arguments.of("a: &x 1\n", ":1:1", "a: is no key"),
                Arguments.of("node: {id: &x a, zone: *x}\n", ":1:24", "*x is an alias"),
                Arguments.of("node: {port: 1}\n---\nnode: {port: 2}\n", ":3:1", "second document"),
                Arguments.of("- node\n", ":1:1", "is a section, not a value"),
                Arguments.of("hello\n", ":1:1", "is a section, not a value"),
                Arguments.of("node:\n  port:\n", ":2:8", "node.port: has no value"),
                Arguments.of(
                        "node:\n  port: 08x\n", ":2:9", "node.port: \"08x\" is not a whole number"),
                Arguments.of("NODE:\n  port: 1\n", ":1:1", "NODE: is no key; the nearest is"),
                Arguments.of("node.port: 1\n", ":1:1", "node.port: is no key"));
    }

    private static List<Problem> refuse(
            Optional<Path> file, Map<String, String> environment, List<String> sets) {
        ConfigException refused =
                catchThrowableOfType(
                        ConfigException.class, () -> ConfigLoader.load(file, environment, sets));
        return refused.problems();
    }
}
