package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.awaitCount;
import static io.hawser.grid.pubsub.BrokerContract.awaitUp;
import static io.hawser.grid.pubsub.BrokerContract.get;
import static io.hawser.grid.pubsub.BrokerContract.publish;
import static io.hawser.grid.pubsub.BrokerContract.since;
import static io.hawser.grid.pubsub.BrokerContract.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.Ports;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;

/** {@link RedisBroker} on a Redis that is there, but not fit for work. */
class RedisStatesIT extends OnRedis {

    private TestNode node(String uri) {
        return up(RedisNodes.on(uri, RedisNodes.quick()));
    }

    private static void assertRefused(TestNode node, Reason reason) {
        assertThatThrownBy(
                        () ->
                                get(
                                        node.broker.publish(
                                                "c",
                                                text("refused"),
                                                PublishOptions.of(HISTORY, Priority.NORMAL))))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void readOnlyItRefusesForATimeAndKeepsItsSubscribers() {
        RedisServer redis = redis(new RedisOptions());
        RedisCommands<String, String> commands = commands(redis);
        TestNode a = node(redis.uri());
        TestSubscriber live = a.subscribed("c", HISTORY);
        publish(a, "c", HISTORY, "1");
        commands.replicaof("127.0.0.1", Ports.free());
        assertRefused(a, Reason.UNAVAILABLE);
        assertThat(a.broker.health()).isEqualTo(Broker.State.DOWN);
        commands.replicaofNoOne();
        await().atMost(TestSubscriber.PATIENCE).until(() -> isPublished(a, "2"));
        awaitHealthy(a);
        awaitCount(live, 2);
        live.assertGapless();
        assertThat(live.texts()).containsExactly("1", "2");
        assertThat(live.isLost()).isFalse();
    }

    private static void awaitHealthy(TestNode node) {
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> node.broker.health() == Broker.State.UP);
    }

    private static boolean isPublished(TestNode node, String data) {
        try {
            return publish(node, "c", HISTORY, data).offset() > 0;
        } catch (CompletionException refused) {
            return false;
        }
    }

    @Test
    void outOfMemoryItRefusesUntilThereIsSome() {
        RedisServer redis = redis(new RedisOptions());
        RedisCommands<String, String> commands = commands(redis);
        TestNode a = node(redis.uri());
        TestSubscriber live = a.subscribed("c", HISTORY);
        publish(a, "c", HISTORY, "1");
        commands.configSet("maxmemory", "1mb");
        commands.configSet("maxmemory-policy", "noeviction");
        // What is used at the start is below that in some versions, above it in others.
        commands.configSet("maxmemory", "100kb");
        assertRefused(a, Reason.UNAVAILABLE);
        assertThat(a.broker.health()).isEqualTo(Broker.State.DOWN);
        assertThat(get(a.broker.history("c", new HistoryQuery(null, 9, false), HISTORY)))
                .as("what is stored can be read")
                .extracting(history -> history.publications().size())
                .isEqualTo(1);
        commands.configSet("maxmemory", "0");
        publish(a, "c", HISTORY, "2");
        awaitHealthy(a);
        awaitCount(live, 2);
        assertThat(live.isLost()).isFalse();
    }

    @Test
    void aPositionThatWasEvictedIsANewEpochAndAllAreTold() {
        RedisServer redis = redis(new RedisOptions());
        RedisCommands<String, String> commands = commands(redis);
        TestNode a = node(redis.uri());
        TestNode b = node(redis.uri());
        TestSubscriber live = b.subscribed("c", HISTORY);
        StreamPosition first = publish(a, "c", HISTORY, "1");
        awaitCount(live, 1);
        commands.configSet("maxmemory-policy", "allkeys-random");
        long used = used(commands);
        commands.configSet("maxmemory", Long.toString(used + (1 << 20)));
        String filler = "x".repeat(10_000);
        // A check of b's may have begun a new one at once.
        for (int i = 0; i < 20_000 && first.epoch().equals(epoch(commands)); i++) {
            commands.set("filler:" + i, filler);
        }
        assertThat(epoch(commands)).as("not evicted").isNotEqualTo(first.epoch());
        commands.configSet("maxmemory", "0");
        StreamPosition after = publish(a, "c", HISTORY, "2");
        assertThat(after.epoch()).isNotEqualTo(first.epoch());
        await().atMost(TestSubscriber.PATIENCE).until(live::isLost);
        TestSubscriber back = b.subscribe("c", since(HISTORY, first, 10)).awaitJoined();
        assertThat(back.result().recovered()).isFalse();
        assertThat(back.result().publications()).isEmpty();
    }

    /** As after an older dump, or the promotion of a replica that lagged. */
    @Test
    void numberedPublicationsGoOnInANewEpochIfTheTailIsLost() {
        RedisServer redis = redis(new RedisOptions());
        RedisCommands<String, String> commands = commands(redis);
        TestNode a = node(redis.uri());
        for (String data : List.of("1", "2", "3")) {
            publish(a, "c", HISTORY, data);
        }
        String before = epoch(commands);
        NumberedPublisher numbered = numbered(a);
        send(numbered, 1, "4");
        assertThat(epoch(commands)).isEqualTo(before);
        commands.del(ChannelKeys.stream("c"));
        commands.hset(ChannelKeys.meta("c"), "offset", "1");
        send(numbered, 2, "5");
        assertThat(epoch(commands)).isNotEqualTo(before);
        send(numbered, 3, "6");
        assertThat(get(a.broker.history("c", new HistoryQuery(null, 9, false), HISTORY)))
                .extracting(history -> history.publications().size())
                .isEqualTo(2);
    }

    @Test
    void numberedPublicationsAreCompressedAsOthersAre() {
        RedisServer redis = redis(new RedisOptions());
        RedisCommands<String, String> commands = commands(redis);
        TestNode a = node(redis.uri());
        String data = "x".repeat(10_000);
        send(numbered(a), 1, data);
        assertThat(commands.memoryUsage(ChannelKeys.stream("c"))).isLessThan(5_000);
        assertThat(
                        get(a.broker.history("c", new HistoryQuery(null, 9, false), HISTORY))
                                .publications())
                .extracting(publication -> publication.data().toString())
                .containsExactly(data);
    }

    private NumberedPublisher numbered(TestNode node) {
        NumberedPublisher numbered = ((RedisBroker) node.broker).numbered(10);
        opened(numbered);
        return numbered;
    }

    /** Once its connection is there. */
    private static void send(NumberedPublisher numbered, long number, String data) {
        await().atMost(TestSubscriber.PATIENCE)
                .ignoreExceptionsInstanceOf(CompletionException.class)
                .until(
                        () ->
                                get(
                                                numbered.publish(
                                                        "outbox",
                                                        "c",
                                                        List.of(
                                                                new NumberedPublisher.Numbered(
                                                                        number, text(data))),
                                                        HISTORY))
                                        == 1);
    }

    private static @Nullable String epoch(RedisCommands<String, String> commands) {
        return commands.hget(ChannelKeys.meta("c"), "epoch");
    }

    private static long used(RedisCommands<String, String> commands) {
        return commands.info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whileItLoadsItIsAwayAndThenAllIsThere() throws InterruptedException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        RedisServer redis =
                redis(
                        new RedisOptions()
                                .local()
                                .appendonly("always")
                                .arguments("--key-load-delay", "300"));
        TestNode a = node(redis.uri());
        TestSubscriber live = a.subscribed("c", HISTORY);
        publish(a, "c", HISTORY, "1");
        RedisCommands<String, String> commands = commands(redis);
        commands.configSet("appendfsync", "no");
        // Ten seconds, or until we let it go on.
        for (int i = 0; i < 30; i++) {
            commands.eval(
                    "for i = 1, 1000 do redis.call('SET', 'filler:' .. i, 'x') end return 1",
                    ScriptOutputType.INTEGER);
        }
        commands.configSet("appendfsync", "always");
        Thread restart = Thread.ofVirtual().start(redis::restart);
        await().atMost(TestSubscriber.PATIENCE).until(() -> a.broker.health() == Broker.State.DOWN);
        await().atMost(TestSubscriber.PATIENCE).until(() -> isLoading(redis));
        assertRefused(a, Reason.UNAVAILABLE);
        redis.ask("CONFIG SET key-load-delay 0");
        restart.join();
        awaitUp(a);
        publish(a, "c", HISTORY, "2");
        awaitCount(live, 2);
        assertThat(live.texts()).containsExactly("1", "2");
        assertThat(live.isLost()).isFalse();
    }

    private static boolean isLoading(RedisServer redis) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET x\r\n".getBytes(StandardCharsets.UTF_8));
            byte[] answer = socket.getInputStream().readNBytes("-LOADING".length());
            return Arrays.equals(answer, "-LOADING".getBytes(StandardCharsets.UTF_8));
        } catch (IOException notThere) {
            return false;
        }
    }

    @Test
    void withAWrongPasswordItIsAwayUntilItIsTheRightOne() {
        RedisServer redis = redis(new RedisOptions().password("right"));
        RedisCommands<String, String> commands = commands(redis);
        TestNode a = RedisNodes.on(redis.uri().replace("right", "other"), RedisNodes.quick());
        opened(a);
        TestNode b = RedisNodes.on("redis://127.0.0.1:" + redis.port(), RedisNodes.quick());
        opened(b);
        assertRefused(a, Reason.UNAVAILABLE);
        assertThat(b.broker.health()).isEqualTo(Broker.State.DOWN);
        commands.configSet("requirepass", "other");
        awaitUp(a);
        publish(a, "c", HISTORY, "1");
        assertThat(b.broker.health()).as("without a password").isEqualTo(Broker.State.DOWN);
    }

    @Test
    void flushedScriptsThatMayNotBeLoadedAgainAreRefusedUntilTheyMay() {
        RedisServer redis = redis(new RedisOptions().password("admin"));
        RedisCommands<String, String> commands = commands(redis);
        commands.aclSetuser(
                "hawser",
                AclSetuserArgs.Builder.on().addPassword("p").allKeys().allChannels().allCommands());
        TestNode a = node("redis://hawser:p@127.0.0.1:" + redis.port());
        TestSubscriber live = a.subscribed("c", HISTORY);
        publish(a, "c", HISTORY, "1");
        setUser(commands, "-script");
        commands.scriptFlush();
        assertRefused(a, Reason.UNAVAILABLE);
        assertRefused(a, Reason.UNAVAILABLE);
        setUser(commands, "+script");
        publish(a, "c", HISTORY, "2");
        awaitCount(live, 2);
        live.assertGapless();
        assertThat(live.isLost()).isFalse();
    }

    private static void setUser(RedisCommands<String, String> commands, String rule) {
        var codec = StringCodec.UTF8;
        commands.dispatch(
                CommandType.ACL,
                new StatusOutput<>(codec),
                new CommandArgs<>(codec).add("SETUSER").add("hawser").add(rule));
    }

    /** Redis cuts off who does not take its messages fast enough; nobody else notices. */
    @Test
    void whoIsTooSlowForThePubSubBufferIsCutOffAndCatchesUp() {
        RedisServer redis =
                redis(
                        new RedisOptions()
                                .arguments(
                                        "--client-output-buffer-limit",
                                        "pubsub",
                                        "1mb",
                                        "1mb",
                                        "0"));
        RedisCommands<String, String> commands = commands(redis);
        TestNode a = node(redis.uri());
        TestSubscriber live = a.subscribed("c", HISTORY);
        publish(a, "c", HISTORY, "1");
        awaitCount(live, 1);
        TestSubscriber flooded = a.subscribe("d", JoinRequest.LIVE).awaitJoined();
        long before = connections(commands);
        // In one script Redis has no chance to write anything.
        commands.eval(
                """
                local body = string.rep('x', 65536)
                for i = 1, 200 do redis.call('PUBLISH', KEYS[1], body) end
                return 1
                """,
                ScriptOutputType.INTEGER,
                ChannelKeys.bus("d"));
        publish(a, "c", HISTORY, "2");
        await().atMost(TestSubscriber.PATIENCE).until(() -> connections(commands) > before);
        awaitUp(a);
        publish(a, "c", HISTORY, "3");
        publish(a, "d", HistoryOptions.NONE, "after");
        awaitCount(live, 3);
        live.assertGapless();
        assertThat(live.isLost()).isFalse();
        await().atMost(TestSubscriber.PATIENCE)
                .until(
                        () -> {
                            publish(a, "d", HistoryOptions.NONE, "after");
                            return flooded.texts().contains("after");
                        });
    }

    private static long connections(RedisCommands<String, String> commands) {
        return commands.info("stats")
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
